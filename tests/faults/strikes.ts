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

/** All strikes; each is to be disposed. */
export const STRIKES: readonly (() => Promise<Strike>)[] = [
  freshFetch,
  twoVenues,
  unpackedFetch,
  growingFetch,
  dailyFetch,
  largeFetch,
  logRotation,
  cleanup,
  daemonCycle,
  reprocessing,
  consolidation,
  merging,
  mergingQuotes,
  repairing,
  makingBars,
  fetchingQuotes,
  reprocessingQuotes,
  exporting,
  exportingQuotes,
];
