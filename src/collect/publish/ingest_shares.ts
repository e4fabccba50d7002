import { ExpectedFields } from "../../feed/decode/expected_fields.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import { RUN_ROWS } from "../../store/runs.ts";
import { type Finding, findingsOf } from "../findings.ts";
import { goneKeys } from "./drift.ts";
import type { Ingested } from "./ingest.ts";
import { ingestJudged, type Publisher } from "./publish.ts";
import type { Shares } from "./shares.ts";

/** A file whose rows belong to several dates, and the result of decoding it. */
export interface SharedFile {
  /** Null when it is not understood. */
  readonly decoded: Ingested & { kind: "decoded" } | null;
  readonly findings: Finding[];
}

/**
 * Splits the rows of a file into shares by date; the date in its name always gets one. Throws as `ingestJudged` and
 * `Shares.of`.
 */
export async function ingestShares(
  publisher: Publisher,
  spooled: SpooledFile,
  shares: Shares,
): Promise<SharedFile> {
  const { date } = spooled.file;
  await shares.of(date);
  const expected = new ExpectedFields();
  const [ingested] = await ingestJudged(publisher, [spooled], RUN_ROWS, async (batch) => {
    expected.watch(batch);
    await shares.add(batch);
  });
  const findings = findingsOf(date, [ingested]);
  if (ingested.kind !== "decoded") return { decoded: null, findings };
  if (publisher.marks !== undefined) findings.push(...await goneKeys(date, expected, publisher.marks));
  return { decoded: ingested, findings };
}
