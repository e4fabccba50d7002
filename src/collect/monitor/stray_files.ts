import { basename, dirname, relative, sep } from "node:path";
import type { Venue } from "../../feed/venue.ts";
import { DATASETS, type Grain } from "../../store/datasets.ts";
import { isPeriod, periodNamed } from "../../store/periods.ts";
import { thingsBelow } from "../../store/kept_files.ts";
import { isHidden, isKept, isPredecessorName } from "../../store/aside_names.ts";
import { type Layout, levelsOf } from "../../store/layout.ts";

/**
 * A file among a venue's partitions that is not a partition: anyone who reads the folder or all its Parquet files reads
 * it too.
 */
export interface StrayFile {
  /** Derived from the folders it lies in: `2026-09-01`, `2026-09`, or empty. */
  readonly date: string;
  readonly path: string;
  readonly what: string;
  readonly remedy: string;
}

/** The files in the data folders of a venue that are neither partitions nor hidden from readers. */
export function strayFiles(layout: Layout, venue: Venue): StrayFile[] {
  return DATASETS.flatMap((dataset) => {
    const top = layout.ofVenue(dataset, venue);
    return thingsBelow(top).filter((path) => isSeen(basename(path))).flatMap((path) => {
      const date = periodIn(relative(top, path), dataset.grain);
      const partition = isPeriod(date, dataset.grain) ? layout.partition(dataset, venue, date) : null;
      return path === partition ? [] : [{ date, path, ...judged(path, partition, venue) }];
    });
  });
}

/** Whether readers find this name: readers of a folder skip hidden names, readers of a glob pattern do not. */
function isSeen(name: string): boolean {
  return !isHidden(name) || name.endsWith(".parquet");
}

/** The period that the folders of a path name: as many of year, month, day and hour as there are. */
function periodIn(path: string, grain: Grain): string {
  const folders = path.split(sep).slice(0, -1);
  const levels = levelsOf(grain);
  const other = levels.findIndex((level, i) => !folders[i]?.startsWith(`${level}=`));
  const dated = folders.slice(0, other < 0 ? levels.length : other);
  return periodNamed(dated.map((folder) => folder.slice(folder.indexOf("=") + 1)));
}

function judged(path: string, partition: string | null, venue: Venue): Pick<StrayFile, "what" | "remedy"> {
  const name = basename(path);
  if (isKept(name)) {
    return {
      what: "kept among the data by version 0.1.0: readers of the folder read it too",
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
    what: "not a file of this program, but readers of the folder read it too",
    remedy: "move it out of the data folder",
  };
}
