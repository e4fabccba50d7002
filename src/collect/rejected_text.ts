import { counted, firstOfMany } from "./counted.ts";

/** How many rejected names one line shows; JSON and `check-partial` have them all. */
const REJECTED_SHOWN = 5;

/** `2 files rejected, neither gzip nor whole NDJSON: NAME, NAME`. */
export function rejectedText(names: readonly string[]): string {
  const shown = firstOfMany(names, REJECTED_SHOWN);
  return `${counted(names.length, "file")} rejected, neither gzip nor whole NDJSON: ${shown}`;
}
