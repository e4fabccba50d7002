import { basename, dirname, relative, sep } from "node:path";
import { isDate } from "../../feed/source_file.ts";
import type { Venue } from "../../feed/venue.ts";
import { thingsBelow } from "../../store/kept_files.ts";
import { DATA, DAY_LEVELS, isHidden, isKept, isPredecessorName, type Layout } from "../../store/layout.ts";

/** A file among a venue's partitions that is none: who reads the folder, or all its Parquet files, reads it as well. */
export interface StrayFile {
  /** By the folders in which it lies: `2026-09-01`, `2026-09`, or empty. */
  readonly date: string;
  readonly path: string;
  readonly what: string;
  readonly remedy: string;
}

/** The files in the data folders of a venue that are neither partitions nor hidden from readers. */
export function strayFiles(layout: Layout, venue: Venue): StrayFile[] {
  return DATA.flatMap((kind) => {
    const top = layout.days(kind, venue);
    return thingsBelow(top).filter((path) => isSeen(basename(path))).flatMap((path) => {
      const date = dateOf(relative(top, path));
      const partition = partitionOf(layout, venue, kind, date);
      return path === partition ? [] : [{ date, path, ...judged(path, partition, venue) }];
    });
  });
}

/** Whether readers come upon it: those of a folder pass over hidden names, those of a pattern do not. */
function isSeen(name: string): boolean {
  return !isHidden(name) || name.endsWith(".parquet");
}

/** The date by the folders of a path: as many of year, month and day as there are. */
function dateOf(path: string): string {
  const folders = path.split(sep).slice(0, -1);
  const other = DAY_LEVELS.findIndex((level, i) => !folders[i]?.startsWith(`${level}=`));
  const dated = folders.slice(0, other < 0 ? DAY_LEVELS.length : other);
  return dated.map((folder) => folder.slice(folder.indexOf("=") + 1)).join("-");
}

/** What lies in the folder of a date or month and is no stray; null where there is no such folder. */
function partitionOf(layout: Layout, venue: Venue, kind: typeof DATA[number], date: string): string | null {
  if (kind === "trades") return isDate(date) ? layout.partition(venue, date) : null;
  return isDate(`${date}-01`) ? layout.monthFile(venue, date) : null;
}

function judged(path: string, partition: string | null, venue: Venue): Pick<StrayFile, "what" | "remedy"> {
  const name = basename(path);
  if (isKept(name)) {
    return {
      what: "kept among the data by version 0.1.0: readers of the folder read it as well",
      remedy: `xetra-parqed verify ${venue} --repair moves it beside the data, and so does the daemon`,
    };
  }
  const isBeside = partition !== null && dirname(path) === dirname(partition);
  if (isBeside && isPredecessorName(name)) {
    return {
      what: "trades of the Python predecessor beside the partition, which readers of the folder count twice",
      remedy: `xetra-parqed adopt ${venue} takes over its trades`,
    };
  }
  return {
    what: "no file of this program: who reads the folder reads it as well",
    remedy: "move it out of the data folder",
  };
}
