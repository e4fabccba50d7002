import assert from "node:assert/strict";
import { generateQuotes } from "../../../scripts/replica/quotes/quote_day.ts";
import { QUOTES_BY_HOUR } from "../../../src/store/datasets.ts";
import { examine } from "../../../src/store/examine.ts";
import { PARTITION_FILE } from "../../../src/store/stored_partition.ts";
import { QUOTES } from "../../../src/feed/records/quotes.ts";
import { assertHoldsTruth, DATE, HOUR, MINUTES, spooledQuotes, spoolFile } from "./hours.ts";

const ODD = { date: DATE, minutes: MINUTES, rows: 400, odd: true };
const DETR = { service: "DETR-pretrade", ...ODD };
const DGAT = { service: "DGAT-pretrade", ...ODD };
const DEUR = ["pretradeMDOptions", "pretradeOthers"];

const sum = (numbers: Iterable<number>) => [...numbers].reduce((a, b) => a + b, 0);

for (
  const [venue, services] of [["DETR", ["pretrade"]], ["DGAT", ["pretrade"]], ["DFRA", ["pretrade"]], [
    "DEUR",
    DEUR,
  ]] as const
) {
  Deno.test(`an hour of ${venue} holds what the exchange published, each quote once, its depth counted`, async () => {
    const specs = services.map((service) => ({ ...ODD, service: `${venue}-${service}` }));
    using store = await spooledQuotes(venue, services, specs);
    const findings = await store.publish();
    assert.ok(findings.every(({ kind }) => kind === "stored" || kind === "unknown keys"));
    const rows = await assertHoldsTruth(store, specs);
    const { ledger, filter } = (await store.partition())!;
    const depth = sum(specs.flatMap((spec) => [...generateQuotes(spec)]).map(({ depthRows }) => depthRows));
    assert.equal(sum(ledger.values().map(({ leftOut }) => leftOut!.depth)), depth);
    assert.equal(filter, "");
    assert.deepEqual(
      [...ledger.keys()].sort(),
      services.flatMap((service) => Array.from({ length: 6 }, (_, i) => `${service}-08_${10 + i}`)),
    );
    const path = store.spool.layout.partition(QUOTES_BY_HOUR, venue, HOUR);
    assert.equal((await examine(path, QUOTES, PARTITION_FILE, () => {}))!.rows, rows);
  });
}

Deno.test("files published twice, or in several parts, give the same hour as files published at once", async () => {
  using once = await spooledQuotes("DGAT", ["pretrade"], [DGAT]);
  using parts = await spooledQuotes("DGAT", ["pretrade"], [DGAT]);
  await once.publish();
  const files = parts.spool.files(DATE);
  for (const part of [files.slice(3), files.slice(0, 4), files]) await parts.publish(undefined, part);
  const [whole, joined] = [await once.partition(), await parts.partition()];
  assert.deepEqual(joined!.ledger, whole!.ledger);
  assert.equal(joined!.rows, await assertHoldsTruth(parts, [DGAT]));
});

Deno.test("a filter by instrument and by notation leaves out the others, and the ledger counts them", async () => {
  const quotes = [...generateQuotes(DETR)].flatMap(({ quotes }) => quotes);
  const isins = [...new Set(quotes.map(({ isin }) => isin))].slice(0, 5).sort();
  using store = await spooledQuotes("DETR", ["pretrade"], [DETR]);
  await store.publish({ isins, notation: 1 });
  await assertHoldsTruth(
    store,
    [DETR],
    ({ isin, price_notation }) => isins.includes(isin) && price_notation !== 2,
  );
  const { ledger, filter } = (await store.partition())!;
  assert.equal(filter, `isin=${isins.join(",")} notation=1`);
  assert.equal(sum(ledger.values().map(({ rows, leftOut }) => rows + leftOut!.filtered)), quotes.length);
});

Deno.test("an hour gets a wider filter only when all its files are read again", async () => {
  const isins = [[...generateQuotes(DGAT)][0].quotes[0].isin];
  using store = await spooledQuotes("DGAT", ["pretrade"], [DGAT]);
  const [first, ...others] = store.spool.files(DATE);
  await store.publish({ isins, notation: null }, [first, others[0]]);
  const kept = await store.publish(undefined, others);
  assert.deepEqual(kept.at(-1), { kind: "narrower filter", date: HOUR, filter: `isin=${isins}` });
  await assertHoldsTruth(store, [DGAT], ({ isin }) => isins.includes(isin));
  const widened = await store.publish();
  assert.ok(!widened.some(({ kind }) => kind === "narrower filter"));
  assert.equal((await store.partition())!.filter, "");
  await assertHoldsTruth(store, [DGAT]);
});

Deno.test("an hour that was started with a wider filter is finished with it: more is stored than requested", async () => {
  using store = await spooledQuotes("DGAT", ["pretrade"], [DGAT]);
  const [first, ...others] = store.spool.files(DATE);
  await store.publish(undefined, [first]);
  const findings = await store.publish({ isins: ["DE0007164600"], notation: null }, others);
  assert.ok(!findings.some(({ kind }) => kind === "narrower filter"));
  await assertHoldsTruth(store, [DGAT]);
});

for (const key of ["bid", "bidQty", "ask", "askQty", "updateDateAndTime", "instrumentIdentificationCode"]) {
  Deno.test(`a minute in which the exchange has renamed ${key} is kept and reported, and stored with no other`, async () => {
    using store = await spooledQuotes("DGAT", ["pretrade"], [DGAT]);
    const renamed =
      [...generateQuotes({ ...DGAT, minutes: { from: 8 * 60 + 16, until: 8 * 60 + 17 }, odd: false })][0];
    const text = new TextDecoder().decode(renamed.ndjson).replaceAll(`"${key}":`, `"renamed":`);
    await spoolFile(store.spool, renamed.name, new TextEncoder().encode(text));
    const findings = await store.publish();
    const [why] = findings.filter(({ kind }) => kind === "unrecognized");
    assert.ok(why?.kind === "unrecognized" && why.paths[0].endsWith(renamed.name) && why.paths.length === 1);
    await assertHoldsTruth(store, [DGAT]);
    assert.ok(!(await store.partition())!.ledger.has("pretrade-08_16"));
  });
}

Deno.test("a file with depth rows only is understood: it gets its ledger entry and no quote", async () => {
  const spec = { service: "DEUR-pretradeMDOptions", date: DATE, minutes: MINUTES, rows: 50 };
  using store = await spooledQuotes("DEUR", ["pretradeMDOptions"], [spec]);
  assert.deepEqual((await store.publish()).map(({ kind }) => kind), ["stored"]);
  const { rows, ledger } = (await store.partition())!;
  assert.deepEqual([rows, ledger.size], [0, 6]);
});
