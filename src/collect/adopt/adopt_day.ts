import { dirname } from "node:path";
import { TRADES } from "../../feed/records/trades.ts";
import { pathAside } from "../../store/aside.ts";
import { moveDurably, removeIfThere, replaceKeeping } from "../../system/atomic.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import { keptPath } from "../../store/aside_names.ts";
import { adoptedKey, type Ledger } from "../../store/ledger.ts";
import type { Published } from "../../store/partition.ts";
import type { Predecessor, RawFile } from "../../store/predecessor.ts";
import type { Spool } from "../../store/spool/spool.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import { checkPartition } from "../../store/stored_partition.ts";
import { type AdoptedRuns, runsOf } from "./adopted_runs.ts";
import type { RefusedDay } from "../refused_day.ts";
import { orRefused, type Survey, surveyDay } from "./survey.ts";
import type { Finding } from "../findings.ts";
import { NotTrades } from "./foreign_trades.ts";
import { Inventory } from "../inventory.ts";
import { publishDay, type Publisher, publishMinutes } from "../publish/publish.ts";
import { RebuiltDay } from "../verify/rebuild.ts";

/** What became of one date of the predecessor's data. */
export interface AdoptedDay {
  readonly kind: "adopted";
  readonly date: string;
  /** How many files had trades that were not stored before. */
  readonly files: number;
  /** The rows in these files: added, left out as duplicates of stored rows, or rejected because they are not trades. */
  readonly rows: number;
  readonly added: number;
  readonly duplicates: number;
  /** Duplicates that differ from the stored trade in a column outside the identity. */
  readonly conflicts: number;
  readonly rejected: number;
  /** Raw files that were moved into the spool. */
  readonly rawFiles: number;
  /** What was found when waiting raw files were decoded. */
  readonly findings: readonly Finding[];
}

/**
 * Takes over what the Python predecessor stored of a date: raw files go to the spool; trades go into the partition,
 * sorted, each once, with the digests of their files in its ledger. Waiting raw files come first, since they contain
 * more. Files in the day's own folder are then kept in the tree beside the data; files elsewhere stay where they are.
 *
 * It can be interrupted at any point without losing anything, and continues when it is run again; another run changes
 * nothing. The caller holds the venue's write lock. Throws the disk's errors and the signal's reason.
 */
export function adoptDay(
  publisher: Publisher,
  from: Predecessor,
  date: string,
): Promise<AdoptedDay | RefusedDay> {
  const { spool, pace } = publisher;
  return orRefused(date, async () => {
    using survey = await surveyDay(spool, from, date);
    for (const raw of survey.raw) {
      await keepRaw(spool, raw);
      await pace.breathe();
    }
    const change = await adoptTrades(publisher, survey);
    putAside(survey, spool);
    return {
      kind: "adopted",
      date,
      files: survey.fresh.length,
      rows: sum(survey, "rows"),
      ...change,
      rejected: sum(survey, "rejected"),
      rawFiles: survey.raw.length,
    };
  });
}

/** Bytes that are not a gzip stream go to the rejected files, as they do after a download. */
async function keepRaw(spool: Spool, { file, path }: RawFile): Promise<void> {
  await spool.keep(
    file,
    async function* () {
      yield await Deno.readFile(path);
    }(),
  );
}

type Change = Pick<AdoptedDay, "added" | "duplicates" | "conflicts" | "findings">;

async function adoptTrades(publisher: Publisher, survey: Survey): Promise<Change> {
  const { layout, venue } = publisher.spool;
  const target = layout.partition(TRADES_BY_DAY, venue, survey.date);
  const { waiting } = await new Inventory(layout, venue).of(survey.date);
  const minutes = waiting.filter(({ file }) => file.kind === "minute");
  const replaced = survey.fresh.find(({ path }) => path === target);
  if (replaced !== undefined) return await replace(replaced, publisher, survey, minutes);
  const findings = minutes.length === 0 ? [] : await publishMinutes(publisher, survey.date, minutes);
  if (survey.fresh.length === 0) return { added: 0, duplicates: 0, conflicts: 0, findings };
  using runs = await runsOf(publisher, survey, target);
  const published = await publishDay(publisher, survey.date, runs.sources, entriesOf(survey));
  return { ...await proved(target, published, survey, runs), findings };
}

/**
 * Makes a partition beside the data and then puts it in the place of the predecessor's file, which stays under another
 * name. Anyone who reads the day sees one or the other, and each is whole.
 */
async function replace(
  original: Survey["fresh"][number],
  publisher: Publisher,
  survey: Survey,
  minutes: readonly SpooledFile[],
): Promise<Change> {
  using rebuilt = new RebuiltDay(publisher, survey.date);
  const findings = await rebuilt.decode(minutes);
  using runs = await runsOf(publisher, survey, rebuilt.path);
  const published = await rebuilt.add(runs.sources, entriesOf(survey));
  const change = await proved(rebuilt.path, published, survey, runs);
  if (!original.trades.isUnchanged()) {
    throw new NotTrades(original.path, "it changed while it was read: stop the predecessor first");
  }
  const aside = keptPath(pathAside(publisher.spool.layout, original.path), original.digest);
  removeIfThere(aside); // left by a killed run: another name of the same bytes
  replaceKeeping(rebuilt.path, original.path, aside);
  return { ...change, findings };
}

/** Call this after the files have been read: only then is it known which of their rows were rejected. */
function entriesOf({ fresh }: Survey): Ledger {
  return new Map(fresh.map(({ digest, trades: { rows, rejected } }) => [
    adoptedKey(digest),
    { rows: rows - rejected, rejected, digest },
  ]));
}

/**
 * Returns what changed. Throws unless every row of the files is accounted for and the partition reads back as it was
 * written.
 */
async function proved(
  path: string,
  { rows, added, duplicates, conflicts }: Published,
  survey: Survey,
  { covered }: AdoptedRuns,
): Promise<Omit<Change, "findings">> {
  const stored = await checkPartition(path, TRADES);
  const [found, all] = [added + duplicates + covered + sum(survey, "rejected"), sum(survey, "rows")];
  if (stored?.rows === rows && found === all) return { added, duplicates: duplicates + covered, conflicts };
  throw new Error(`${path}: ${found} rows of ${all} are accounted for; the originals are as they were`);
}

/** Files beside the partition that are not yet merged into the predecessor's day would be read twice from now on. */
function putAside({ date, fresh, adopted }: Survey, { layout, venue }: Spool): void {
  const target = layout.partition(TRADES_BY_DAY, venue, date);
  for (const { path, digest } of [...fresh, ...adopted]) {
    if (path === target || dirname(path) !== dirname(target)) continue;
    moveDurably(path, keptPath(pathAside(layout, path), digest));
  }
}

function sum({ fresh }: Survey, what: "rows" | "rejected"): number {
  return fresh.reduce((total, { trades }) => total + trades[what], 0);
}
