import { resolve } from "node:path";
import type { Venue } from "../../feed/venue.ts";
import type { Layout } from "../../store/layout.ts";

/** Says that nothing of a venue is stored, and where it was looked for: a wrong working directory looks the same. */
export function nothingStored(noun: "trades" | "quotes", venue: Venue, { workingDirectory }: Layout): string {
  return `no ${noun} are stored below ${resolve(workingDirectory)}: ` +
    `choose another --wrk-dir, or fetch them by fetch-${noun} ${venue}`;
}
