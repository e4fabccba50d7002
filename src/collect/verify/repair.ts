import { dateAfter } from "../../feed/calendar/dates.ts";
import { TRADES } from "../../feed/records/trades.ts";
import { damagedAside, replaceDamaged } from "../../store/aside.ts";
import { moveDurably } from "../../system/atomic.ts";
import { catchDamage, DamagedPartition } from "../../store/damage.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import type { Layout } from "../../store/layout.ts";
import { rowsEntered } from "../../store/ledger.ts";
import { type Salvage, salvagePartition } from "../../store/salvage.ts";
import type { Spool } from "../../store/spool/spool.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import type { Partition } from "../../store/stored_partition.ts";
import { readFooter } from "../collected.ts";
import { addedBy } from "../findings.ts";
import { publishUnjudged } from "../publish/contradictions.ts";
import { dayInMonth } from "./day_in_month.ts";
import type { Issue } from "./issues.ts";
import { holdsForeignTrades } from "../adopt/foreign_trades.ts";
import type { Publisher } from "../publish/publish.ts";
import { publishFiles } from "../publish/publish_files.ts";
import { RebuiltDay, sourcesNamed } from "./rebuild.ts";
import { isSource } from "./rebuilt_partition.ts";
import { repairDayFrom } from "./repair_from.ts";
import type { Repair } from "./repairs.ts";
import { type VerifiedDay, verifyDay } from "./verify_day.ts";

/**
 * Repairs what is damaged of a date, adds what version 0.1.0 withheld from its daily file, and verifies the date again.
 * `now`, in milliseconds since 1970, becomes part of the name of what is set aside. What ours cannot be proved to give
 * completely is taken from another working directory, `from`. The caller holds the venue's write lock. Throws the disk's
 * errors and the signal's reason; then the damaged file is still in its place, or already repaired.
 */
export async function repairDay(
  publisher: Publisher,
  date: string,
  now: number,
  from: Layout | null = null,
): Promise<{ repairs: Repair[]; day: VerifiedDay }> {
  const { spool: { layout, venue }, pace } = publisher;
  const verify = () => verifyDay(layout, venue, date, pace);
  const repairs: Repair[] = [];
  let day = await verify();
  if (day.issues.some(({ kind }) => kind === "damaged partition")) {
    repairs.push(await repairPartition(publisher, date, now, from));
    day = await verify();
  }
  const damagedRaw = day.issues.filter(({ kind }) => kind === "damaged raw file");
  repairs.push(...damagedRaw.map((issue) => setAside(layout, issue, now)));
  if (damagedRaw.length > 0) day = await verify();
  if (day.issues.some(({ kind }) => kind === "not judged")) {
    repairs.push(await judgeAnew(publisher, date));
    day = await verify();
  }
  return { repairs, day };
}

async function judgeAnew(publisher: Publisher, date: string): Promise<Repair> {
  const { spool: { layout, venue } } = publisher;
  const path = layout.partition(TRADES_BY_DAY, venue, date);
  const judge = async (): Promise<Repair> => {
    const { findings } = await publishUnjudged(publisher, date);
    return { kind: "judged", date, path, added: addedBy(findings) };
  };
  // The date before may be damaged, and may be impossible to repair.
  const left = ({ message }: DamagedPartition): Repair => ({ kind: "left", date, path, reason: message });
  return await catchDamage(DamagedPartition, judge, left);
}

/** Sets a raw file aside: its rows are in the partition, whose ledger keeps naming it. */
export function setAside(layout: Layout, { date, path }: Issue, now: number): Repair {
  const aside = damagedAside(layout, path, now);
  moveDurably(path, aside);
  return { kind: "set aside", date, path, aside };
}

async function repairPartition(
  publisher: Publisher,
  date: string,
  now: number,
  from: Layout | null,
): Promise<Repair> {
  const { spool } = publisher;
  const path = spool.layout.partition(TRADES_BY_DAY, spool.venue, date);
  if (await holdsForeignTrades(path)) {
    const reason = `another program's trades are in it: xetra-parqed adopt ${spool.venue} takes them over`;
    return { kind: "left", date, path, reason };
  }
  const salvage = await salvagePartition(path, TRADES);
  using rebuilt = new RebuiltDay(publisher, date);
  const sources = salvage.ledger === null
    ? await likelySources(spool, date)
    : sourcesNamed(spool.layout, spool.venue, date, salvage.ledger).files;
  const { rows, reason } = await rebuildFromOurs(publisher, rebuilt, salvage, sources);
  const proven = reason === null && salvage.ledger !== null;
  const united = from === null || proven
    ? null
    : await repairDayFrom(from, publisher, { date, path, salvage, sources }, now);
  if (united?.kind === "left") return united;
  if (united === null && reason !== null) return { kind: "left", date, path, reason };
  const putInPlace = (): Repair => {
    const aside = replaceDamaged(spool.layout, rebuilt.path, path, now);
    return { kind: "rebuilt", date, path, aside, rows, proven, other: null };
  };
  const repair = united ?? putInPlace();
  if (salvage.ledger === null) {
    await publishDailies(publisher, date, sources.filter(({ file }) => file.date === date));
  }
  return repair;
}

/**
 * Rebuilds a day from raw files, its intact parts, and the month file. Returns how many rows there are, and why they must
 * not take the place of the damaged ones; null when they may.
 */
async function rebuildFromOurs(
  publisher: Publisher,
  rebuilt: RebuiltDay,
  salvage: Salvage,
  sources: readonly SpooledFile[],
): Promise<{ rows: number; reason: string | null }> {
  const ledger = salvage.ledger ?? new Map();
  await rebuilt.decode(sources, ledger);
  const isShort = ((await rebuilt.read())?.rows ?? 0) < (salvage.rows ?? 0);
  await rebuilt.add(isShort ? [salvage.batches(), dayInMonth(publisher, rebuilt.period)] : [], ledger);
  const partition = (await rebuilt.read())!;
  return { rows: partition.rows, reason: objectionToRebuilt(salvage, partition, isShort) };
}

/**
 * Why a rebuilt partition must not replace a damaged one; null when it may. `mixed` means that raw files and stored
 * rows were combined: a trade that is decoded differently today would then be there twice.
 */
export function objectionToRebuilt(
  { ledger, rows }: Pick<Salvage, "ledger" | "rows">,
  rebuilt: Pick<Partition, "rows" | "ledger">,
  mixed: boolean,
): string | null {
  if (rows !== null && (rebuilt.rows < rows || (mixed && rebuilt.rows > rows))) {
    return `it had ${rows} trades, and the raw files with its intact parts and the month file still give ${rebuilt.rows}`;
  }
  if (ledger === null && rebuilt.ledger.size === 0) {
    return "neither its ledger nor a raw file of its date can be read";
  }
  if (rowsEntered(rebuilt.ledger) < rebuilt.rows) {
    return "its ledger cannot be read, and the raw files account for a part of its trades only";
  }
  return null;
}

/**
 * The sources to use if the ledger cannot be read: the raw files of the date, and published files of the neighbouring
 * dates that may have rows of this one.
 */
async function likelySources(spool: Spool, date: string): Promise<SpooledFile[]> {
  const beside = await Promise.all([-1, 1].map((days) => publishedAcrossDates(spool, dateAfter(date, days))));
  return [...spool.files(date), ...beside.flat()];
}

/** None when the partition of the date is damaged: then it proves none of its files. */
async function publishedAcrossDates(spool: Spool, date: string): Promise<SpooledFile[]> {
  const { ledger } = await readFooter(spool.layout.partition(TRADES_BY_DAY, spool.venue, date), TRADES);
  return spool.files(date).filter((file) => file.file.kind !== "minute" && isSource(file, ledger));
}

/** A file with several dates counts as seen from now on, so its rows of the date before must be there too. */
async function publishDailies(
  publisher: Publisher,
  date: string,
  sources: readonly SpooledFile[],
): Promise<void> {
  const files = sources.filter(({ file }) => file.kind !== "minute");
  // If the date before is damaged too, its own repair reads the daily file.
  await catchDamage(DamagedPartition, () => publishFiles(publisher, date, files), () => []);
}
