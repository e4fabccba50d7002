import assert from "node:assert/strict";
import { generateQuotes } from "../../../scripts/replica/quotes/quote_day.ts";
import { verifyQuotes } from "../../../src/collect/quotes/verify/verify_quotes.ts";
import type { Repair } from "../../../src/collect/verify/repairs.ts";
import { NO_FILTER, type QuoteFilter } from "../../../src/feed/quote_filter.ts";
import { QUOTES_BY_HOUR } from "../../../src/store/datasets.ts";
import { systemClock } from "../../../src/system/system_clock.ts";
import { DAMAGES } from "../../e2e/damages.ts";
import { treeOf } from "../../e2e/evidence.ts";
import { flip } from "../../e2e/verified.ts";
import {
  assertHoldsTruth,
  clearSpool,
  DATE,
  HOUR,
  MINUTES,
  spooledQuotes,
  type StoredQuotes,
} from "./hours.ts";

const DGAT = { service: "DGAT-pretrade", date: DATE, minutes: MINUTES, rows: 300 };
const ISINS = [
  ...new Set([...generateQuotes(DGAT)].flatMap(({ quotes }) => quotes.map(({ isin }) => isin))),
].slice(0, 20).sort();
const SOME: QuoteFilter = { isins: ISINS, notation: null };

/** Stores the first so many minutes; their raw files go, as a cycle has it, but for those of `kept`. */
async function stored(
  { count = 6, kept = 0, filter = NO_FILTER }: { count?: number; kept?: number; filter?: QuoteFilter },
): Promise<StoredQuotes> {
  const store = await spooledQuotes("DGAT", ["pretrade"], [DGAT]);
  await store.publish(filter, store.spool.files(DATE).slice(0, count));
  const files = store.spool.files(DATE).slice(count - kept, count);
  const bytes = files.map(({ path }) => Deno.readFileSync(path));
  clearSpool(store);
  files.forEach(({ path }, i) => Deno.writeFileSync(path, bytes[i]));
  return store;
}

const pathOf = ({ spool: { layout } }: StoredQuotes) => layout.partition(QUOTES_BY_HOUR, "DGAT", HOUR);

async function repair(ours: StoredQuotes, theirs: StoredQuotes): Promise<{ repair: Repair; damage: number }> {
  const tools = { layout: ours.spool.layout, clock: systemClock, createdBy: "test", onProgress: () => {} };
  const { signal } = new AbortController();
  const choice = { repair: true, from: theirs.path };
  const { repairs: [repair], issues } = await verifyQuotes("DGAT", choice, tools, signal);
  return { repair, damage: issues.filter(({ severity }) => severity === "damage").length };
}

for (const what of ["flipped in its data", "cut to its half", "cut to nothing", "replaced by a folder"]) {
  Deno.test(`an hour ${what}, without raw files, is mended from the other directory, which is not touched`, async () => {
    using ours = await stored({});
    using theirs = await stored({});
    const { damage, proven } = DAMAGES[what];
    await damage(pathOf(ours));
    const other = treeOf(theirs.path);
    const found = await repair(ours, theirs);
    assert.ok(found.repair.kind === "rebuilt" && found.repair.proven === proven, JSON.stringify(found));
    assert.deepEqual([found.repair.other!.path, found.damage], [pathOf(theirs), 0]);
    await assertHoldsTruth(ours, [DGAT]);
    assert.deepEqual(treeOf(theirs.path), other);
  });
}

Deno.test("minutes of an hour that the other lacks come from our raw files", async () => {
  using ours = await stored({ kept: 2 });
  using theirs = await stored({ count: 4 });
  flip(pathOf(ours), 500);
  const found = await repair(ours, theirs);
  assert.ok(found.repair.kind === "rebuilt" && found.repair.proven, JSON.stringify(found));
  await assertHoldsTruth(ours, [DGAT]);
});

Deno.test("minutes of an hour that neither has are named, and nothing proves that it is whole", async () => {
  using ours = await stored({ kept: 1 });
  using theirs = await stored({ count: 4 });
  flip(pathOf(ours), 500);
  const found = await repair(ours, theirs);
  assert.ok(found.repair.kind === "rebuilt" && !found.repair.proven, JSON.stringify(found));
  assert.deepEqual(found.repair.other!.unproved, ["pretrade-08_14"]);
  assert.deepEqual([...(await ours.partition())!.ledger.keys()].length, 5);
});

Deno.test("an hour of some instruments becomes the other's of all, and one of all is not mended by one of some", async () => {
  using some = await stored({ filter: SOME });
  using all = await stored({});
  const whole = Deno.readFileSync(pathOf(some));
  flip(pathOf(some), 500);
  const wider = await repair(some, all);
  assert.ok(wider.repair.kind === "rebuilt" && wider.repair.proven, JSON.stringify(wider));
  assert.equal((await some.partition())!.filter, "");
  await assertHoldsTruth(some, [DGAT]);

  Deno.writeFileSync(pathOf(some), whole);
  flip(pathOf(all), 500);
  const narrower = await repair(all, some);
  assert.ok(narrower.repair.kind === "left");
  assert.match(narrower.repair.reason, /quotes\.parquet holds only quotes of isin=/);
});

Deno.test("a damaged hour of the other is refused by its name", async () => {
  using ours = await stored({});
  using theirs = await stored({});
  for (const store of [ours, theirs]) flip(pathOf(store), 500);
  const found = await repair(ours, theirs);
  assert.ok(found.repair.kind === "left" && found.damage === 1);
  assert.ok(found.repair.reason.startsWith(`${pathOf(theirs)} is damaged as well (`));
});
