import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import { gzipSync } from "node:zlib";
import { lines } from "../collect/daily_files.ts";
import { minutesOf } from "../collect/situations.ts";
import { assertForeseen, logOf } from "./evidence.ts";
import { duckdb, partitionPath, rawPath, temporaryDirectory } from "./harness.ts";
import { fetchDetr, fetched } from "./morning.ts";
import { smallExchange } from "./small_exchange.ts";
import { ledgerLines } from "./truth.ts";

const DATE = "2026-09-25";
const USUAL = `DETR-posttrade-daily-${DATE}.json.gz`;
const MIDNIGHT = "DETR-posttrade-2026-daily-09-25.json.gz";
/** More minutes than are fetched one by one where there is a daily file. */
const MINUTES = minutesOf(DATE, "09:00", 30).map(({ name }) => name);
const DAY = MINUTES.flatMap((_, i) => lines(`${DATE}T09:${String(i).padStart(2, "0")}`, 2, 2 * i));

Deno.test("midnight's daily name is the daily file of its date: one request, kept and ledgered under the usual name", async () => {
  await using exchange = smallExchange([MIDNIGHT, ...MINUTES], { [MIDNIGHT]: DAY });
  using dir = temporaryDirectory();
  await fetched(exchange, dir.path);
  assert.deepEqual(exchange.asked(), [MIDNIGHT]);
  await assertStored(dir.path);

  // Some minutes later, and again at night, under the other name or both.
  for (const listed of [[USUAL], [USUAL, MIDNIGHT], [MIDNIGHT]]) {
    exchange.listed = [...listed, ...MINUTES];
    await fetched(exchange, dir.path);
    assert.deepEqual(exchange.asked(), []);
  }
  await assertStored(dir.path);
});

Deno.test("when midnight's daily name is missing, the usual one is requested", async () => {
  await using exchange = smallExchange([MIDNIGHT, ...MINUTES], { [USUAL]: DAY });
  using dir = temporaryDirectory();
  await fetched(exchange, dir.path);
  assert.deepEqual(exchange.asked(), [MIDNIGHT, USUAL]);
  await assertStored(dir.path);
});

Deno.test("when both daily names are listed, the usual one is requested, once", async () => {
  await using exchange = smallExchange([MIDNIGHT, USUAL, ...MINUTES], { [USUAL]: DAY, [MIDNIGHT]: DAY });
  using dir = temporaryDirectory();
  await fetched(exchange, dir.path);
  assert.deepEqual(exchange.asked(), [USUAL]);
  await assertStored(dir.path);
});

Deno.test("a daily file that is missing under both names is pending under the usual one, and fetched when it exists", async () => {
  const few = MINUTES.slice(0, 2);
  await using exchange = smallExchange(
    [MIDNIGHT, ...few],
    Object.fromEntries(few.map((name, i) => [name, DAY.slice(2 * i, 2 * i + 2)])),
  );
  using dir = temporaryDirectory();
  const run = await fetchDetr(exchange, dir.path);
  assertForeseen(run, 3);
  assert.ok(logOf(run).includes(`WARNING ${USUAL}: listed, but not there (HTTP 404)`), run.stderr);
  assert.deepEqual(exchange.asked().toSorted(), [...few, MIDNIGHT, USUAL].toSorted());
  exchange.listed = [USUAL, ...few];
  exchange.served = { [USUAL]: DAY.slice(0, 4) };
  const later = await fetchDetr(exchange, dir.path);
  assertForeseen(later, 0);
  assert.deepEqual(exchange.asked(), [USUAL]);
  const compared = `INFO ${USUAL} and the minute files: 4 trades compared, no difference`;
  assert.ok(logOf(later).includes(compared), later.stderr);
});

Deno.test("a raw file that was put into the spool under midnight's name is read as the daily file of its date", async () => {
  await using exchange = smallExchange([USUAL, ...MINUTES], {});
  using dir = temporaryDirectory();
  const placed = rawPath(dir.path, USUAL).replace(USUAL, MIDNIGHT);
  Deno.mkdirSync(dirname(placed), { recursive: true });
  Deno.writeFileSync(placed, gzipSync(DAY.map((line) => `${line}\n`).join("")));
  await fetched(exchange, dir.path);
  assert.deepEqual(exchange.asked(), []);
  await assertStored(dir.path);
});

/** Asserts that the day is stored, by its daily file under the usual name. */
async function assertStored(dir: string): Promise<void> {
  const partition = partitionPath(dir, "DETR", DATE);
  using db = await duckdb();
  assert.equal(
    Number(await db.value(`SELECT count(DISTINCT transaction_id) FROM '${partition}'`)),
    DAY.length,
  );
  assert.equal(Number(await db.value(`SELECT count(*) FROM '${partition}'`)), DAY.length);
  const entries = await ledgerLines(partition);
  const dailies = entries.filter((line) => line.startsWith("daily"));
  assert.deepEqual([entries.length, dailies.length], [31, 1]);
  assert.match(dailies[0], /^daily-2026-09-25 60 0 [0-9a-f]{16}$/);
  const path = rawPath(dir, USUAL);
  assert.deepEqual([...Deno.readDirSync(dirname(path))].map(({ name }) => name), [basename(path)]);
}
