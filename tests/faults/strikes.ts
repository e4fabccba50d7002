/** The commands that are killed at each of their calls. */
import type { Strike } from "./strike.ts";
import { exporting, makingBars } from "./strikes/deriving.ts";
import {
  daemonCycle,
  dailyFetch,
  freshFetch,
  growingFetch,
  largeFetch,
  logRotation,
  twoVenues,
  unpackedFetch,
} from "./strikes/fetching.ts";
import { cleanup, consolidation, merging, repairing, reprocessing } from "./strikes/maintaining.ts";
import { exportingQuotes, fetchingQuotes, mergingQuotes, reprocessingQuotes } from "./strikes/quotes.ts";

/** All strikes by their names; each is to be disposed. */
export const STRIKES: Readonly<Record<string, () => Promise<Strike>>> = {
  "a fetch into an empty folder": freshFetch,
  "a fetch of two venues": twoVenues,
  "a fetch of files to be packed": unpackedFetch,
  "a fetch of a day that has grown": growingFetch,
  "a fetch of a daily file": dailyFetch,
  "a fetch of a large day": largeFetch,
  "a log rotation": logRotation,
  "a cleanup": cleanup,
  "a daemon": daemonCycle,
  "a reprocess --force": reprocessing,
  "a consolidation": consolidation,
  "a merge": merging,
  "a merge of quotes": mergingQuotes,
  "a repair from another collector": repairing,
  "a making of bars": makingBars,
  "a fetch of quotes": fetchingQuotes,
  "a reprocess --force of quotes": reprocessingQuotes,
  "an export": exporting,
  "an export of quotes": exportingQuotes,
};
