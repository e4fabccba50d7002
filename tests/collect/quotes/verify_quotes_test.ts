import assert from "node:assert/strict";
import { generateQuotes } from "../../../scripts/replica/quotes/quote_day.ts";
import { reprocessQuotes } from "../../../src/collect/quotes/verify/reprocess_quotes.ts";
import { verifyQuotes } from "../../../src/collect/quotes/verify/verify_quotes.ts";
import type { ReprocessChoice } from "../../../src/collect/verify/reprocess_venue.ts";
import { NO_FILTER } from "../../../src/feed/quote_filter.ts";
import { QUOTES_BY_HOUR } from "../../../src/store/datasets.ts";
import { systemClock } from "../../../src/system/system_clock.ts";
import { DAMAGES } from "../../e2e/damages.ts";
import { flip } from "../../e2e/verified.ts";
import {
  assertHoldsTruth,
  clearSpool,
  DATE,
  HOUR,
  MINUTES,
  spooledQuotes,
  spoolFile,
  type StoredQuotes,
} from "./hours.ts";

const DGAT = { service: "DGAT-pretrade", date: DATE, minutes: MINUTES, rows: 300 };
const { signal } = new AbortController();

async function published(
  filter = NO_FILTER,
): Promise<StoredQuotes & { readonly path: string; readonly file: string }> {
  const store = await spooledQuotes("DGAT", ["pretrade"], [DGAT]);
  await store.publish(filter);
  return {
    ...store,
    file: store.spool.layout.partition(QUOTES_BY_HOUR, "DGAT", HOUR),
    [Symbol.dispose]: store[Symbol.dispose],
  };
}

const toolsOf = ({ spool: { layout } }: StoredQuotes) => ({
  layout,
  clock: systemClock,
  createdBy: "test",
  onProgress: () => {},
});
const verify = (store: StoredQuotes, repair = false) =>
  verifyQuotes("DGAT", { repair }, toolsOf(store), signal);
const reprocess = (store: StoredQuotes, choice: ReprocessChoice = {}) =>
  reprocessQuotes("DGAT", choice, toolsOf(store), signal);

Deno.test("verify reads hours back, and finds nothing in those that are whole", async () => {
  using store = await published();
  const { partitions, quotes, rawFiles, issues } = await verify(store);
  assert.deepEqual([partitions, rawFiles, issues], [1, 6, []]);
  assert.equal(quotes, (await store.partition())!.rows);
});

for (const [what, { damage, proven }] of Object.entries(DAMAGES)) {
  Deno.test(`an hour ${what} is damage, and --repair makes it of its raw files again`, async () => {
    using store = await published();
    await damage(store.file);
    assert.deepEqual((await verify(store)).issues.map(({ kind }) => kind), ["damaged partition"]);
    const { repairs, issues } = await verify(store, true);
    assert.ok(repairs[0].kind === "rebuilt" && repairs[0].proven === proven, JSON.stringify(repairs));
    assert.deepEqual(issues, []);
    await assertHoldsTruth(store, [DGAT]);
  });
}

Deno.test("an hour whose rows are intact is repaired without its raw files, and keeps its filter", async () => {
  const isins = [
    ...new Set([...generateQuotes(DGAT)].flatMap(({ quotes }) => quotes.map(({ isin }) => isin))),
  ].slice(0, 20).sort();
  using store = await published({ isins, notation: null });
  clearSpool(store);
  flip(store.file, -1);
  const { repairs, issues } = await verify(store, true);
  assert.deepEqual([repairs.map(({ kind }) => kind), issues], [["rebuilt"], []]);
  assert.equal((await store.partition())!.filter, `isin=${isins}`);
  await assertHoldsTruth(store, [DGAT], ({ isin }) => isins.includes(isin));
});

for (const what of ["flipped in its data", "cut to its half", "cut to nothing", "replaced by a folder"]) {
  Deno.test(`an hour ${what} whose raw files are gone is left as it is, which verify goes on to say`, async () => {
    using store = await published();
    clearSpool(store);
    await DAMAGES[what].damage(store.file);
    const { repairs, issues } = await verify(store, true);
    assert.ok(repairs[0].kind === "left" && /fetch-quotes again/.test(repairs[0].reason));
    assert.deepEqual(issues.map(({ severity }) => severity), ["damage"]);
  });
}

Deno.test("a raw file with other bytes than were stored is damage, and --repair sets it aside", async () => {
  using store = await published();
  flip(store.spool.files(DATE)[0].path, 200);
  const { repairs, issues } = await verify(store, true);
  assert.deepEqual([repairs.map(({ kind }) => kind), issues, store.spool.files(DATE).length], [
    ["set aside"],
    [],
    5,
  ]);
});

Deno.test("a file that is not understood waits, until reprocess understands it or it is accepted", async () => {
  using store = await published();
  const [{ name, ndjson }] = generateQuotes({ ...DGAT, minutes: { from: 8 * 60 + 16, until: 8 * 60 + 17 } });
  const renamed = new TextDecoder().decode(ndjson).replaceAll("instrumentIdentificationCode", "instrument");
  await spoolFile(store.spool, name, new TextEncoder().encode(renamed));
  const { files, quotes, findings } = await reprocess(store);
  assert.deepEqual([files, quotes, findings.map(({ kind }) => kind)], [1, 0, ["unrecognized"]]);
  assert.deepEqual((await verify(store)).issues.map(({ kind }) => kind), ["waiting"]);
  assert.deepEqual((await reprocess(store, { accept: [name, "x"] })).unknown, ["x"]);
  assert.deepEqual((await verify(store)).issues, []);
  assert.equal((await reprocess(store)).files, 0);
});

Deno.test("reprocess publishes what waits with the filter of its hour", async () => {
  const isins = [[...generateQuotes(DGAT)][0].quotes[0].isin];
  using store = await spooledQuotes("DGAT", ["pretrade"], [DGAT]);
  const [first] = store.spool.files(DATE);
  await store.publish({ isins, notation: null }, [first]);
  assert.equal((await reprocess(store)).files, 5);
  await assertHoldsTruth(store, [DGAT], ({ isin }) => isins.includes(isin));
});

Deno.test("reprocess --force makes an hour anew of all its raw files, and not when one of them is gone", async () => {
  using store = await published();
  const before = await store.partition();
  assert.deepEqual((await reprocess(store, { force: true })).findings.map(({ kind }) => kind), ["stored"]);
  assert.deepEqual((await store.partition())!.digest, before!.digest);
  store.spool.remove(store.spool.files(DATE)[0]);
  assert.deepEqual((await reprocess(store, { force: true })).findings.map(({ kind }) => kind), [
    "not rebuilt",
  ]);
  await assertHoldsTruth(store, [DGAT]);
});
