import { lakeForm } from "../../feed/records/lake.ts";
import type { Venue } from "../../feed/venue.ts";
import { openIfThere, writeBatches } from "../../store/data_file.ts";
import { periodsOf } from "../../store/periods.ts";
import type { LakeLayout } from "../../store/lake_layout.ts";
import type { Layout } from "../../store/layout.ts";
import {
  emptyTally,
  keptIn,
  mergeBatches,
  type MergeTally,
  type SortedSource,
} from "../../store/merge_sorted.ts";
import { atEase, refuseToShrink } from "../../store/month/month.ts";
import type { MonthDay } from "../../store/month/stored_month.ts";
import { COMMON } from "../../store/parquet/form.ts";
import { MONTH_ROW_GROUP_ROWS } from "../../store/parquet/schema.ts";
import type { LakeDataset } from "./exported_datasets.ts";
import { type ExportedMonth, isCurrent, readExportedMonth, sourceFacts } from "./exported_month.ts";

/** What an export works with. */
export interface ExportTools {
  readonly layout: Layout;
  readonly lake: LakeLayout;
  /** What a file names as its author. */
  readonly createdBy: string;
  /** Awaited often, so that others get a turn; what it throws ends the work. */
  readonly breathe: () => Promise<void>;
}

/** What became of a month. */
export interface MonthExport {
  readonly month: string;
  /** `unchanged`: it was made from what is stored. `nothing`: nothing of it is stored. */
  readonly kind: "written" | "unchanged" | "nothing";
  readonly path: string;
  readonly rows: number;
  /** Rows left out, since an earlier day has a row of the same identity. */
  readonly duplicates: number;
}

/**
 * Brings a month of a lake up to date: it is made anew, in one rename, when it was made from other stored files than there
 * are now, or by other rules. The caller holds the lake's lock of the venue. Throws what `read` and `open` of the dataset
 * throw, `DamagedExport`, `ShrinkingMonth`, `CannotWrite`, what the disk throws and what `breathe` throws; then the month is
 * what it was.
 */
export async function exportMonth(
  dataset: LakeDataset,
  venue: Venue,
  month: string,
  tools: ExportTools,
): Promise<MonthExport> {
  const path = tools.lake.file(dataset.target, venue, month);
  const files = filesOf(dataset, venue, month, tools.layout);
  const before = await readExportedMonth(path, dataset.lakeType);
  const now = await sourcesOf(dataset, files, tools);
  if (now.length === 0) return { month, kind: "nothing", path, rows: 0, duplicates: 0 };
  if (before !== null && isCurrent(before, now)) {
    return { month, kind: "unchanged", path, rows: before.rows, duplicates: 0 };
  }
  const tally = await writeMonth(path, dataset, files, before, tools);
  return { month, kind: "written", path, rows: keptIn(tally), duplicates: tally.duplicates };
}

/** A stored file, by the day or month of its folder; it may go meanwhile. */
interface SourceFile {
  readonly date: string;
  readonly path: string;
}

function filesOf({ stored }: LakeDataset, venue: Venue, month: string, layout: Layout): SourceFile[] {
  return periodsOf(layout, stored, venue, month)
    .map((date) => ({ date, path: layout.partition(stored, venue, date) }));
}

async function sourcesOf(
  { read }: LakeDataset,
  files: readonly SourceFile[],
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
async function writeMonth(
  path: string,
  dataset: LakeDataset,
  files: readonly SourceFile[],
  before: ExportedMonth | null,
  { createdBy, breathe }: ExportTools,
): Promise<MergeTally> {
  const { lakeType: type } = dataset;
  using opened = new DisposableStack();
  const { origin, sources } = await openAll(dataset, files, opened, { breathe });
  if (dataset.isGrowing) refuseToShrink(path, before?.sources ?? [], origin);
  const tally = emptyTally();
  const inLakeForm = async function* () {
    for await (const group of mergeBatches(sources, MONTH_ROW_GROUP_ROWS, tally)) yield lakeForm(group, type);
  };
  const options = { type, createdBy, breathe, form: COMMON };
  await writeBatches(path, inLakeForm(), () => sourceFacts(origin), options);
  return tally;
}

/** The files' rows, and what they are by now; they stay open until `opened` is disposed. */
async function openAll(
  { open }: LakeDataset,
  files: readonly SourceFile[],
  opened: DisposableStack,
  { breathe }: Pick<ExportTools, "breathe">,
): Promise<{ origin: MonthDay[]; sources: SortedSource[] }> {
  const origin: MonthDay[] = [];
  const sources: SortedSource[] = [];
  for (const { date, path } of files) {
    await breathe();
    const file = openIfThere(path);
    if (file === null) continue;
    const { rows, digest, batches } = await open(path, opened.use(file));
    origin.push({ date, rows, digest });
    sources.push(atEase(batches(), { breathe }));
  }
  return { origin, sources };
}
