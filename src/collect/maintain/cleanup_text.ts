import { counted } from "../counted.ts";
import type { Cleanup, KeptBecause, RemainingFiles } from "./cleanup.ts";

/** Why raw files stay, in words. */
const KEPT_BECAUSE: Readonly<Record<KeptBecause, string>> = {
  "young": "not old enough to delete",
  "accepted": "accepted though not understood",
  "not in the ledger": "not in Parquet: not understood, or not yet published",
  "bad lines": "some lines left out",
  "contradiction": "in contradiction to the minute files, until accepted",
  "other bytes": "stored from other bytes",
  "other rows": "stored with other rows",
  "damaged partition": "whose partition is damaged",
};

/** `3 files not in Parquet: …; the first: NAME`. */
export function keptText({ because, files, first }: RemainingFiles): string {
  return `${counted(files, "raw file")} kept, ${KEPT_BECAUSE[because]}; the first: ${first}`;
}

/** `1,320 raw files deleted, 16.4 MB`. */
export function deletedText({ files, bytes }: Cleanup, done = "deleted"): string {
  return `${counted(files, "raw file")} ${done}, ${(bytes / 1e6).toFixed(1)} MB`;
}
