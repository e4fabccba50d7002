import { join } from "node:path";
import type { History } from "./years.ts";
import type { Line } from "./table.ts";

/** What lies below a folder, and how long it took to list it. */
interface Footprint {
  readonly files: number;
  readonly folders: number;
  /** Each file as if it were its own: those of a history are links to one. */
  readonly bytes: number;
  readonly listingMillis: number;
}

/** What a history takes on disk, and what a reader's listing of it takes: of days, and of months. */
export function footprintLinesOf({ layout, dates }: History): Line[] {
  return ["trades", "trades_monthly"].flatMap((dataset) => {
    const { files, folders, bytes, listingMillis } = footprintOf(join(layout.data, dataset));
    return [
      { what: `${dataset}/ of ${dates.length} dates`, values: [files], unit: "files" },
      { what: "     their folders", values: [folders], unit: "" },
      { what: "     bytes", values: [bytes / 1e9], unit: "GB", decimals: 1 },
      { what: "     a listing, cached", values: [listingMillis], unit: "ms" },
    ];
  });
}

function footprintOf(folder: string): Footprint {
  const paths = walk(folder); // once, so that the listing that is measured finds the folders in the cache
  const start = performance.now();
  walk(folder);
  const listingMillis = performance.now() - start;
  const files = paths.filter((path) => path.endsWith(".parquet"));
  const bytes = files.reduce((sum, path) => sum + Deno.statSync(path).size, 0);
  return { files: files.length, folders: paths.length - files.length, bytes, listingMillis };
}

function walk(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    return isDirectory ? [path, ...walk(path)] : [path];
  });
}
