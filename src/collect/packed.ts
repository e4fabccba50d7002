import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import type { DailyMarks } from "../store/state/daily_marks.ts";
import type { Outcome } from "./download.ts";

const PACKED = "packed";

/**
 * Warns once a day when files arrive as plain NDJSON instead of gzip: if the exchange changes this, it does so for all
 * files. Throws `CannotWrite`.
 */
export async function logPacked(
  venue: Venue,
  outcomes: ReadonlyMap<string, Outcome>,
  marks: DailyMarks,
): Promise<void> {
  const first = outcomes.entries().find(([, outcome]) => outcome.kind === "kept" && outcome.packed);
  if (first === undefined || marks.has(PACKED)) return;
  await marks.enter(PACKED);
  log.warning(
    `${venue}: the exchange, or a proxy, sends files as plain NDJSON instead of gzip, the first ` +
      `${first[0]}. They are packed here and stored like any other`,
  );
}
