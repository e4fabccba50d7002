/** Stored files from which another one is made. */
import { type OpenFiles, openFiles } from "./data_file.ts";
import type { MonthDay } from "./month/stored_month.ts";
import type { Stored } from "./stored_file.ts";

/** A stored file by the month, day or hour of its folder; it may disappear meanwhile. */
export interface DatedFile {
  readonly date: string;
  readonly path: string;
}

/** An open file whose bytes match their digest: its rows, and what identifies them. */
export interface OpenSource extends Pick<Stored<unknown>, "groups" | "batches"> {
  readonly origin: MonthDay;
}

/** Opens the files that exist, in their order. Throws what `open` throws; then none stays open. */
export function openSources(
  files: readonly DatedFile[],
  open: (path: string, file: Deno.FsFile) => Promise<Stored<Pick<MonthDay, "rows" | "digest">>>,
): Promise<OpenFiles<OpenSource>> {
  return openFiles(files, async ({ date, path }, file) => {
    const { rows, digest, groups, batches } = await open(path, file);
    return { origin: { date, rows, digest }, groups, batches };
  });
}

/** What identifies the files. */
export function originsOf({ all }: OpenFiles<OpenSource>): MonthDay[] {
  return all.map(({ origin }) => origin);
}
