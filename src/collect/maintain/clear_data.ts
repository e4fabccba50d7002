import { basename } from "node:path";
import { log } from "../../log/log.ts";
import { pathAside } from "../../store/aside.ts";
import { isUnfinished, moveDurably, removeIfThere, removeUnfinished } from "../../system/atomic.ts";
import { DATASETS, QUOTES_BY_HOUR } from "../../store/datasets.ts";
import { keptWithData, thingsBelow } from "../../store/kept_files.ts";
import type { Spool } from "../../store/spool/spool.ts";
import { counted } from "../counted.ts";

/**
 * Moves what version 0.1.0 kept among a venue's data to the tree beside it, and deletes what killed publications left.
 * If it is interrupted, another run continues. The caller holds the venue's write lock. Throws the disk's errors.
 */
export function clearData({ layout, venue }: Spool): void {
  // Quotes have a lock of their own, under which an hour may be being written.
  const own = DATASETS.filter((dataset) => dataset !== QUOTES_BY_HOUR);
  for (const folder of own.map((dataset) => layout.ofVenue(dataset, venue))) {
    removeUnfinished(layout.aside(folder));
    thingsBelow(folder).filter((path) => isUnfinished(basename(path))).forEach(removeIfThere);
  }
  const moved = keptWithData(layout, venue).map((path) => {
    const aside = pathAside(layout, path);
    moveDurably(path, aside);
    return aside;
  });
  if (moved.length === 0) return;
  log.info(
    `${venue}: ${counted(moved.length, "kept file")} moved out of the data folders; the first: ${moved[0]}`,
  );
}
