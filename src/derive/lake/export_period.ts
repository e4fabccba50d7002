import { lakeForm } from "../../feed/records/lake.ts";
import type { Venue } from "../../feed/venue.ts";
import { writeBatches } from "../../store/write_batches.ts";
import type { LakeLayout } from "../../store/lake_layout.ts";
import type { Layout } from "../../store/layout.ts";
import { emptyTally, keptIn, mergeBatches, type MergeTally } from "../../store/merge_sorted.ts";
import { atEase, shrunkDays, shrunkInWords } from "../../store/month/month.ts";
import type { MonthDay } from "../../store/month/stored_month.ts";
import { type DatedFile, openSources, originsOf } from "../../store/open_sources.ts";
import { COMMON } from "../../store/parquet/form.ts";
import { MONTH_ROW_GROUP_ROWS } from "../../store/parquet/schema.ts";
import { periodsOf } from "../../store/periods.ts";
import { isThere } from "../../system/atomic.ts";
import type { LakeDataset } from "./exported_datasets.ts";
import { type ExportedPeriod, isCurrent, readExportedPeriod, sourceFacts } from "./exported_period.ts";

/** What an export works with. */
export interface ExportTools {
  readonly layout: Layout;
  readonly lake: LakeLayout;
  /** What a file names as its author. */
  readonly createdBy: string;
  /** Awaited often, so that others get a turn; what it throws ends the work. */
  readonly breathe: () => Promise<void>;
}

/** A file of a lake. */
export interface ExportedFile {
  /** A month, or of quotes a day. */
  readonly period: string;
  /** `unchanged`: it was made from what is stored. */
  readonly kind: "written" | "unchanged";
  readonly path: string;
  readonly rows: number;
  /** Rows left out, since an earlier source has a row of the same identity. */
  readonly duplicates: number;
}

/** No file is made: nothing is stored; or there is no row, as of a weekend, nor a trade of which a bar could be made: `empty`. */
export interface NoExport {
  readonly period: string;
  readonly kind: "empty" | "nothing";
}

/** Making a file anew would lose rows. */
export class ShrinkingExport extends Error {
  override name = "ShrinkingExport";

  constructor(path: string, shrunk: string) {
    super(
      `${path} holds more than is stored now: ${shrunk}. It has not been touched; put these files back, or move it away ` +
        `to have it made from what there is`,
    );
  }
}

/**
 * Brings a file of a lake up to date: it is made anew, in one rename, when it was made from other stored files than there
 * are now, or by other rules. The caller holds the lake's lock of the venue and dataset. Throws what `read` and `open` of
 * the dataset throw, `DamagedExport`, `ShrinkingExport`, `CannotWrite`, what the disk throws and what `breathe` throws; then
 * the file is what it was.
 */
export async function exportPeriod(
  dataset: LakeDataset,
  venue: Venue,
  period: string,
  tools: ExportTools,
): Promise<ExportedFile | NoExport> {
  const path = tools.lake.file(dataset.target, venue, period);
  const files = filesOf(dataset, venue, period, tools.layout);
  const before = await readExportedPeriod(path, dataset.lakeType);
  const now = await sourcesOf(dataset, files, tools);
  if (now.length === 0) {
    const isRight = await dataset.isRightlyEmpty(period, { ...tools, venue });
    return { period, kind: isRight ? "empty" : "nothing" };
  }
  // What has become empty, as bars of cancelled trades, must take the place of what was there.
  if (now.every(({ rows }) => rows === 0) && !isThere(path)) return { period, kind: "empty" };
  if (before !== null && isCurrent(before, now)) {
    return { period, kind: "unchanged", path, rows: before.rows, duplicates: 0 };
  }
  const tally = await writePeriod(path, dataset, files, before, tools);
  return { period, kind: "written", path, rows: keptIn(tally), duplicates: tally.duplicates };
}

function filesOf({ stored }: LakeDataset, venue: Venue, period: string, layout: Layout): DatedFile[] {
  return periodsOf(layout, stored, venue, period)
    .map((date) => ({ date, path: layout.partition(stored, venue, date) }));
}

async function sourcesOf(
  { read }: LakeDataset,
  files: readonly DatedFile[],
  { breathe }: ExportTools,
): Promise<MonthDay[]> {
  const sources: MonthDay[] = [];
  for (const { date, path } of files) {
    await breathe();
    const content = await read(path);
    if (content !== null) sources.push({ date, rows: content.rows, digest: content.digest });
  }
  return sources;
}

/** Merges the files, each of whose bytes are checked, and holds a row group of each. */
async function writePeriod(
  path: string,
  dataset: LakeDataset,
  files: readonly DatedFile[],
  before: ExportedPeriod | null,
  { createdBy, breathe }: ExportTools,
): Promise<MergeTally> {
  const { lakeType: type } = dataset;
  using open = await openSources(files, async (path, file) => {
    await breathe();
    return await dataset.open(path, file);
  });
  const origin = originsOf(open);
  const sources = open.all.map(({ batches }) => atEase(batches(), { breathe }));
  if (dataset.isGrowing) refuseToShrink(path, before?.sources ?? [], origin);
  const tally = emptyTally();
  const inLakeForm = async function* () {
    for await (const group of mergeBatches(sources, MONTH_ROW_GROUP_ROWS, tally)) yield lakeForm(group, type);
  };
  const options = { type, createdBy, breathe, form: COMMON };
  await writeBatches(path, inLakeForm(), () => sourceFacts(origin), options);
  return tally;
}

function refuseToShrink(path: string, before: readonly MonthDay[], now: readonly MonthDay[]): void {
  const shrunk = shrunkDays(before, now);
  if (shrunk.length > 0) throw new ShrinkingExport(path, shrunkInWords(shrunk));
}
