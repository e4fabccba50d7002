/** What the commands print with `--json` of a few files of the replica, by the headings of the page. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import type { DaySpec } from "../../scripts/replica/day.ts";
import { status } from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import type { Venue } from "../../src/feed/venue.ts";
import { QUOTES_BY_HOUR } from "../../src/store/datasets.ts";
import { Layout, QuotesLayout } from "../../src/store/layout.ts";
import { systemClock } from "../../src/system/system_clock.ts";
import { takeLock } from "../../src/system/lock.ts";
import {
  AMPLE_QUOTA,
  duckdb,
  partitionPath,
  runProgram,
  type TemporaryDirectory,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { writeDay } from "../e2e/predecessor.ts";
import { flip } from "../e2e/verified.ts";
import type { Entry } from "./keys.ts";

const DATE = "2026-09-01";
const DETR: DaySpec = { venue: "DETR", date: DATE, trades: 120, minutes: { from: 480, until: 483 } };
/** A Saturday: the trading calendar expects no files of it, so that what is missing is a gap. */
const DFRA: DaySpec = { ...DETR, venue: "DFRA", date: "2026-09-05" };
const QUOTES = { service: "DGAT-pretrade", date: DATE, rows: 40, instruments: 5, minutes: DETR.minutes! };
/** What the page calls the working directory. */
const WORKING_DIRECTORY = "/var/lib/xetra";

/** The documents of each section, the one of the example first. */
export async function printedDocuments(): Promise<Map<string, Entry[]>> {
  await using replica = await startReplica({ days: [DETR], daily: true, quotes: [QUOTES] });
  await using gaps = await startReplica({ days: [DFRA] });
  gaps.inject("download", status(404), { name: "DFRA-posttrade-2026-09-05T08_01.json.gz" });
  using dir = temporaryDirectory();
  const printed = new Printed(dir);
  await fetches(printed, replica, gaps);
  await looks(printed, replica, dir);
  await rows(printed, dir);
  await works(printed, replica, dir);
  await others(printed, dir);
  return printed.documents;
}

/** Runs commands in a working directory and collects what they print. */
class Printed {
  readonly documents = new Map<string, Entry[]>();

  constructor(readonly dir: TemporaryDirectory) {}

  /** Runs a command, which ends with `code`, and adds its document to the section of this heading. */
  async add(heading: string, args: readonly string[], code = 0): Promise<Entry> {
    const { path } = this.dir;
    const run = await runProgram(["--wrk-dir", path, ...args, "--json"]);
    assert.equal(run.code, code, `${args.join(" ")}: ${run.stderr}`);
    const document = JSON.parse(run.stdout.replaceAll(path, WORKING_DIRECTORY));
    this.documents.set(heading, [...this.documents.get(heading) ?? [], document]);
    return document;
  }
}

async function fetches(printed: Printed, replica: Replica, gaps: Replica): Promise<void> {
  const from = ({ apiUrl }: Replica) => ["--api-url", apiUrl, "--quota", AMPLE_QUOTA];
  await printed.add("fetch-trades --no-store", ["fetch-trades", "DETR", ...from(replica), "--no-store"]);
  await printed.add("fetch-trades", ["fetch-trades", "DETR", ...from(replica)]);
  await printed.add("fetch-trades", ["fetch-trades", "DFRA", ...from(gaps)], 3);
  await printed.add("fetch-quotes --no-store", ["fetch-quotes", "DGAT", ...from(replica), "--no-store"]);
  await printed.add("fetch-quotes", ["fetch-quotes", "DGAT", ...from(replica)]);
  const layout = new Layout(printed.dir.path);
  for (
    const [command, lock] of [["fetch-trades", layout], [
      "fetch-quotes",
      new QuotesLayout(layout.workingDirectory),
    ]] as const
  ) {
    const { signal } = new AbortController();
    const taken = await takeLock(lock.writeLock("DGAT" as Venue), systemClock, 0, signal);
    assert.ok("lock" in taken);
    using _lock = taken.lock;
    await printed.add(command, [command, "DGAT", ...from(replica)], 75);
  }
}

async function looks(printed: Printed, { apiUrl }: Replica, dir: TemporaryDirectory): Promise<void> {
  await printed.add("list-files", ["list-files", "DETR", "--api-url", apiUrl]);
  await printed.add("check-status", ["check-status", "DETR", "--api-url", apiUrl]);
  const stray = join(dirname(partitionPath(dir.path, "DETR", DATE)), "mine.parquet");
  Deno.writeTextFileSync(stray, "mine");
  await printed.add("check-partial", ["check-partial", "DETR", "DFRA"]);
  const day = ["--from", DATE, "--to", DATE];
  await printed.add("coverage", ["coverage", "DETR", ...day]);
  await printed.add("status", ["status", "DETR"]);
  for (const command of ["check-status", "check-partial", "coverage", "status"]) {
    const more = { "check-status": ["--api-url", apiUrl], coverage: day }[command] ?? [];
    await printed.add(command, [command, "DGAT", "--quotes", ...more]);
  }
}

async function rows(printed: Printed, dir: TemporaryDirectory): Promise<void> {
  using db = await duckdb();
  const firstIn = async (path: string) => String(await db.value(`SELECT min(isin) FROM '${path}'`));
  const isin = await firstIn(partitionPath(dir.path, "DETR", DATE));
  const quoted = await firstIn(hourPath(dir.path));
  const heading = "trades, bars, closes, quotes, marks";
  await printed.add(heading, ["marks", "DGAT", "--isin", quoted]);
  await printed.add(heading, ["trades", "DETR", "--isin", isin]);
  await printed.add(heading, ["bars", "DETR", "--isin", isin]);
  await printed.add(heading, ["closes", "DETR"]);
  await printed.add(heading, ["quotes", "DGAT", "--isin", quoted, "--at", "10:01"]);
}

async function works(printed: Printed, { apiUrl }: Replica, dir: TemporaryDirectory): Promise<void> {
  await printed.add("cleanup-raw", ["cleanup-raw", "DETR", "--keep-days", "10000"]);
  await printed.add("consolidate-month", ["consolidate-month", "DETR", "--month", DATE.slice(0, 7), "--yes"]);
  await printed.add("export", ["export", "DETR", "--to", dir.of("lake")]);
  await printed.add("verify", ["verify", "DETR", "--api-url", apiUrl]);
  await printed.add("verify --quotes", ["verify", "DGAT", "--quotes"]);
  await printed.add("reprocess", ["reprocess", "DETR"]);
  await printed.add("reprocess --quotes", ["reprocess", "DGAT", "--quotes"]);
  flip(partitionPath(dir.path, "DETR", DATE), 500);
  await printed.add("verify", ["verify", "DETR", "--api-url", apiUrl, "--repair"]);
  flip(hourPath(dir.path), 500);
  await printed.add("verify --quotes", ["verify", "DGAT", "--quotes", "--repair"], 65);
}

/** The hour of quotes of Tradegate. */
function hourPath(dir: string): string {
  return new QuotesLayout(dir).partition(QUOTES_BY_HOUR, "DGAT" as Venue, `${DATE}T08`);
}

/** Those that take from another working directory what is there. */
async function others(printed: Printed, { path }: TemporaryDirectory): Promise<void> {
  using merged = temporaryDirectory();
  using adopted = temporaryDirectory();
  using db = await duckdb();
  const day = await writeDay(db, adopted.path, DETR);
  const month = day.replace("/trades/", "/trades_monthly/").replace("/day=01/", "/");
  Deno.mkdirSync(dirname(month), { recursive: true });
  Deno.copyFileSync(day, month);
  for (
    const [dir, args] of [[merged, ["merge", "DETR", "--from", path]], [adopted, ["adopt", "DETR"]]] as const
  ) {
    const other = new Printed(dir);
    printed.documents.set(args[0], [await other.add(args[0], args)]);
  }
}
