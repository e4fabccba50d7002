import type { ExpectedFields } from "../../feed/decode/expected_fields.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import type { DailyMarks } from "../../store/state/daily_marks.ts";
import type { Finding } from "../findings.ts";
import { counted, firstOfMany } from "../counted.ts";

/** A broken file may have a thousand new keys; nobody reads that many. */
const KEYS_SHOWN = 20;

/**
 * The keys that none of a date's rows has although every row of the venue once had them, according to the daily marks.
 * Also records in the marks which keys all rows have now. A key that a venue never had is not reported. Throws
 * `CannotWrite`.
 */
export async function goneKeys(
  date: string,
  expected: Pick<ExpectedFields, "rows" | "carried" | "missing">,
  marks: DailyMarks,
): Promise<Finding[]> {
  await marks.learn(expected.carried().map(carriedOnce));
  const keys = expected.missing().filter((key) => marks.knows(carriedOnce(key)));
  return keys.length === 0 ? [] : [{ kind: "gone keys", date, keys, rows: expected.rows }];
}

/** The daily mark for a key that all rows of some day had. */
function carriedOnce(key: string): string {
  return `field ${key}`;
}

/**
 * Warns of new or missing keys by name, each key once a day, since all cycles of a day would report the same. Throws
 * `CannotWrite`.
 */
export async function logDrift(
  venue: Venue,
  findings: readonly Finding[],
  marks: DailyMarks,
): Promise<void> {
  for (const finding of findings) {
    if (finding.kind === "unknown keys") await logNew(venue, finding, marks);
    if (finding.kind === "gone keys") await logGone(venue, finding, marks);
  }
}

async function logNew(
  venue: Venue,
  { date, keys }: Finding & { kind: "unknown keys" },
  marks: DailyMarks,
): Promise<void> {
  const fresh = await enter(marks, "new field", [...keys.keys()]);
  if (fresh.length === 0) return;
  const rows = fresh.map((key) => `${key} (${counted(keys.get(key)!, "row")})`);
  const names = firstOfMany(rows, KEYS_SHOWN);
  log.warning(`${venue} ${date}: fields that are new to this version, kept in the column extra: ${names}`);
}

async function logGone(
  venue: Venue,
  { date, keys, rows }: Finding & { kind: "gone keys" },
  marks: DailyMarks,
): Promise<void> {
  const fresh = await enter(marks, "gone field", keys);
  if (fresh.length === 0) return;
  log.warning(
    `${venue} ${date}: fields missing from all ${counted(rows, "row")}: ${fresh.join(", ")}. ` +
      `Their columns stay empty`,
  );
}

/** Marks keys as reported; returns those that had not been reported before. */
async function enter(marks: DailyMarks, what: string, keys: readonly string[]): Promise<string[]> {
  const fresh = keys.filter((key) => !marks.has(`${what} ${key}`));
  if (fresh.length > 0) await marks.enter(...fresh.map((key) => `${what} ${key}`));
  return fresh;
}
