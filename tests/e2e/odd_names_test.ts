import assert from "node:assert/strict";
import { dirname } from "node:path";
import { lines } from "../collect/daily_files.ts";
import { minutesOf } from "../collect/situations.ts";
import { assertForeseen, jsonOf, logOf, treeOf } from "./evidence.ts";
import { duckdb, fetchArgs, partitionPath, rawPath, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { DATE, fetchDetr, fetched } from "./morning.ts";
import { smallExchange } from "./small_exchange.ts";
import { ledgerLines, storedTable } from "./truth.ts";

const MINUTES = minutesOf(DATE, "09:00", 3).map(({ name }) => name);
const SERVED = Object.fromEntries(MINUTES.map((name, i) => [name, lines(`${DATE}T09:0${i}`, 2, 2 * i)]));
const ODD = `DETR-posttrade-${DATE}T16_xx.json.gz`;
/** What an odd file has: two trades that a minute file has as well, two of its own, one of the next date. */
const ODD_LINES = [
  ...SERVED[MINUTES[0]],
  ...lines(`${DATE}T16:00`, 2, 100),
  ...lines("2026-09-02T00:00", 1, 200),
];

Deno.test("the trades of a file with an odd name are stored once, with that name in the ledger; it is reported as an ERROR, and not fetched again", async () => {
  await using exchange = smallExchange([ODD, ...MINUTES], { ...SERVED, [ODD]: ODD_LINES });
  using dir = temporaryDirectory();
  const run = await fetchDetr(exchange, dir.path);
  assertForeseen(run, 3);
  assert.equal(exchange.asked().at(-1), ODD);
  const errors = logOf(run).filter((line) => line.startsWith("ERROR "));
  assert.equal(errors.length, 1);
  assert.ok(
    errors[0].includes(
      `1 listed name of DETR of no known form, with the service and a date, such as ${ODD}: `,
    ),
  );
  assert.deepEqual(await ids(dir.path), [0, 1, 2, 3, 4, 5, 100, 101, 200]);
  assert.match((await oddEntries(dir.path, DATE))[0], new RegExp(`^${ODD} 4 0 [0-9a-f]{16}$`));
  assert.match((await oddEntries(dir.path, "2026-09-02"))[0], new RegExp(`^${ODD} 1 0 [0-9a-f]{16}$`));
  assert.ok(Deno.statSync(oddPath(dir.path)).isFile);

  const data = treeOf(dir.of("data"));
  await fetched(exchange, dir.path, 3);
  assert.deepEqual(exchange.asked(), []);
  assert.deepEqual(treeOf(dir.of("data")), data);

  exchange.listed = MINUTES;
  await fetched(exchange, dir.path);
});

Deno.test("verify, check-partial, reprocess and cleanup-raw accept a file with an odd name", async () => {
  await using exchange = smallExchange([ODD, ...MINUTES], { ...SERVED, [ODD]: ODD_LINES });
  using dir = temporaryDirectory();
  await fetchDetr(exchange, dir.path);
  const ask = (...args: string[]) => runInOneProcess(["--wrk-dir", dir.path, ...args]);
  const verified = await ask("verify", "DETR", "--json", "--api-url", exchange.apiUrl);
  assertForeseen(verified, 0);
  assert.deepEqual(jsonOf<{ venues: { issues: unknown[] }[] }>(verified).venues[0].issues, []);
  const partial = await ask("check-partial", "DETR", "--json");
  for (const day of jsonOf<{ venues: { days: Defects[] }[] }>(partial).venues[0].days) {
    assert.deepEqual([day.undecoded, day.withBadLines, day.pending, day.damage], [[], [], [], null]);
  }
  const before = await ids(dir.path);
  for (const more of [[], ["--force"]]) assertForeseen(await ask("reprocess", "DETR", ...more), 0);
  assert.deepEqual(await ids(dir.path), before);

  // Damaged with its ledger, the day is rebuilt from all its raw files, and so is the next, whose only file lies
  // here.
  for (const date of [DATE, "2026-09-02"]) Deno.truncateSync(partitionPath(dir.path, "DETR", date), 100);
  const repaired = await ask("verify", "DETR", "--repair", "--api-url", exchange.apiUrl);
  assert.deepEqual([repaired.code, await ids(dir.path)], [3, before], repaired.stderr); // the ledger could not be read

  assertForeseen(await ask("cleanup-raw", "DETR"), 0);
  assert.throws(() => Deno.statSync(oddPath(dir.path)), Deno.errors.NotFound);
  exchange.asked();
  await fetchDetr(exchange, dir.path);
  assert.deepEqual(exchange.asked(), []);
  assert.deepEqual(await ids(dir.path), before);
});

Deno.test("if all names change their form, their trades are stored nevertheless", async () => {
  const renamed = (name: string) => name.replace("T09", "t09");
  const served = Object.fromEntries(Object.entries(SERVED).map(([name, lines]) => [renamed(name), lines]));
  await using exchange = smallExchange(MINUTES.map(renamed), served);
  using dir = temporaryDirectory();
  await fetched(exchange, dir.path, 3);
  assert.deepEqual(await ids(dir.path), [0, 1, 2, 3, 4, 5]);
});

Deno.test("odd names without a file are requested after all others, 120 a cycle, and given up after three cycles", async () => {
  const odd = Array.from(
    { length: 130 },
    (_, i) => `DETR-posttrade-2026-08-31T16_x${String(i).padStart(3, "0")}.gz`,
  );
  await using exchange = smallExchange([...odd, ...MINUTES], SERVED);
  using dir = temporaryDirectory();
  const asked: string[][] = [];
  for (let cycle = 0; cycle < 5; cycle++) {
    await fetched(exchange, dir.path, 3);
    asked.push(exchange.asked());
  }
  assert.deepEqual(asked[0].slice(0, 3).toSorted(), MINUTES);
  assert.deepEqual(asked.map(({ length }) => length), [123, 120, 120, 10, 10]);
  assert.deepEqual(asked[3].toSorted(), odd.slice(120));
});

Deno.test("a file with an odd name that is not understood is kept, reported at every run, and not fetched again", async () => {
  await using exchange = smallExchange([ODD, ...MINUTES], { ...SERVED, [ODD]: ['{"some":"thing else"}'] });
  using dir = temporaryDirectory();
  for (const expected of [[...MINUTES, ODD], []]) {
    const run = await fetchDetr(exchange, dir.path);
    assertForeseen(run, 3);
    assert.deepEqual(exchange.asked().toSorted(), expected.toSorted());
    assert.ok(
      logOf(run).some((line) => line.startsWith("ERROR 1 file of DETR not understood") && line.includes(ODD)),
    );
    assert.deepEqual(await ids(dir.path), [0, 1, 2, 3, 4, 5]);
  }
});

Deno.test("names of no known form are a line of status and metrics, also those without the service or a date", async () => {
  await using exchange = smallExchange(["README.txt", ...MINUTES], SERVED);
  using dir = temporaryDirectory();
  const told = async () => {
    const text = await runInOneProcess(["--wrk-dir", dir.path, "status", "DETR"]);
    const json = await runInOneProcess(["--wrk-dir", dir.path, "status", "DETR", "--json"]);
    return {
      line: /^ {2}listed names +(.*)$/m.exec(text.stdout)?.[1],
      state: jsonOf<{ venues: { state: { oddNames: unknown } }[] }>(json).venues[0].state.oddNames,
      metrics: Deno.readTextFileSync(dir.of(".xetra-parqed/metrics-DETR.prom")).match(
        /(?<=^xetra_parqed_)\w+_names\{venue="DETR"\} \d+$/gm,
      ),
    };
  };
  const run = await fetchDetr(exchange, dir.path);
  assertForeseen(run, 0);
  assert.ok(logOf(run).includes("WARNING 1 listed name of DETR skipped, of no known form: README.txt, …"));
  assert.deepEqual(await told(), {
    line: "1 listed name of no known form, such as README.txt",
    state: { odd: 0, others: 1, first: "README.txt" },
    metrics: ['odd_names{venue="DETR"} 0', 'skipped_names{venue="DETR"} 1'],
  });

  exchange.listed = [ODD, ...MINUTES];
  exchange.served = { ...SERVED, [ODD]: ODD_LINES };
  await fetched(exchange, dir.path, 3);
  assert.deepEqual(await told(), {
    line: `1 listed name of no known form, such as ${ODD}: the exchange may have renamed its files`,
    state: { odd: 1, others: 0, first: ODD },
    metrics: ['odd_names{venue="DETR"} 1', 'skipped_names{venue="DETR"} 0'],
  });

  exchange.listed = MINUTES;
  await fetched(exchange, dir.path);
  assert.equal((await told()).line, "all of known forms");
});

Deno.test("list-files and a fetch that stores nothing name files of odd names", async () => {
  await using exchange = smallExchange([ODD, ...MINUTES], { ...SERVED, [ODD]: ODD_LINES });
  using dir = temporaryDirectory();
  const listed = await runInOneProcess(["list-files", "DETR", "--json", "--api-url", exchange.apiUrl]);
  const { files } = jsonOf<{ files: { name: string; kind: string }[] }>(listed);
  assert.deepEqual(files.at(-1), { name: ODD, date: DATE, kind: "odd" });
  const plan = await runInOneProcess(fetchArgs(exchange, dir.path, ["DETR"], "--no-store", "--json"));
  assert.deepEqual(jsonOf<{ venues: { days: unknown[] }[] }>(plan).venues[0].days, [
    { date: DATE, minuteFiles: 3, dailyFiles: 0, oddFiles: 1 },
  ]);
});

/** What check-partial reports about a date, apart from minutes that were never listed. */
interface Defects {
  readonly undecoded: unknown[];
  readonly withBadLines: unknown[];
  readonly pending: unknown[];
  readonly damage: unknown;
}

/** The ids of all stored trades, in order. */
async function ids(dir: string): Promise<number[]> {
  using db = await duckdb();
  const rows = await db.rows(`SELECT transaction_id::INTEGER AS id FROM ${storedTable(dir)} ORDER BY id`);
  return rows.map(({ id }) => Number(id));
}

async function oddEntries(dir: string, date: string): Promise<string[]> {
  return (await ledgerLines(partitionPath(dir, "DETR", date))).filter((line) => line.startsWith("DETR-"));
}

function oddPath(dir: string): string {
  return `${dirname(rawPath(dir, MINUTES[0]))}/${ODD}`;
}
