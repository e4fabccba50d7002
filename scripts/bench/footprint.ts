import { join } from "node:path";
import type { History } from "./years.ts";
import type { Line } from "./table.ts";

/** What lies below a folder, and how long it took to list it. */
export interface Footprint {
  readonly files: number;
  readonly folders: number;
  /** Each file as if it were its own: those of a history are links to one. */
  readonly bytes: number;
  readonly listingMillis: number;
}

/**
 * What a history takes on disk, and what a reader's listing of it takes: of days, and of months. The size of these is left
 * out: a month of a history has the rows of one day.
 */
export function footprintLinesOf({ layout, dates }: History): Line[] {
  const days = footprintOf(join(layout.data, "trades"));
  const months = footprintOf(join(layout.data, "trades_monthly"));
  return [
    {
      what: `days of ${dates.length} dates of four venues`,
      values: [days.bytes / 1e9],
      unit: "GB",
      decimals: 1,
    },
    ...treeLines(days),
    { what: "months of them", values: [months.files], unit: "files" },
    ...treeLines(months).slice(1),
  ];
}

/** What is printed of it besides its size. */
export function treeLines({ files, folders, listingMillis }: Footprint): Line[] {
  return [
    { what: "     files", values: [files], unit: "" },
    { what: "     folders", values: [folders], unit: "" },
    { what: "     a listing of them, cached", values: [listingMillis], unit: "ms" },
  ];
}

/** What lies below a folder. */
export function footprintOf(folder: string): Footprint {
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
