import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { HourProofs } from "../../../src/collect/quotes/hour_proofs.ts";
import { quotesInventory } from "../../../src/collect/quotes/quotes_collected.ts";
import { QUOTES_BY_HOUR } from "../../../src/store/datasets.ts";
import { flip } from "../../e2e/verified.ts";
import { DATE, HOUR, MINUTES, spooledQuotes, spoolFile, type StoredQuotes } from "./hours.ts";

const DGAT = { service: "DGAT-pretrade", date: DATE, minutes: MINUTES, rows: 300 };

/** A published hour whose first raw file has a bad line. */
async function withBadLine(): Promise<StoredQuotes> {
  const store = await spooledQuotes("DGAT", ["pretrade"], [DGAT]);
  const [first] = store.spool.files(DATE);
  const text = `${gunzipSync(Deno.readFileSync(first.path))}{bad line\n`;
  store.spool.remove(first);
  await spoolFile(store.spool, first.file.name, new TextEncoder().encode(text));
  await store.publish();
  return store;
}

Deno.test("the raw files of an hour are proved by it, except for one with a bad line", async () => {
  using store = await withBadLine();
  const proofs = new HourProofs(store.spool, quotesInventory(store.spool));
  const because = await Array.fromAsync(store.spool.files(DATE), (file) => proofs.lackingFor(file));
  assert.deepEqual(because, ["bad lines", null, null, null, null, null]);
});

Deno.test("an hour is not read back for a raw file that is kept in any case, since every cycle would do it again", async () => {
  using store = await withBadLine();
  // This is noticed only when the hour is read back.
  flip(store.spool.layout.partition(QUOTES_BY_HOUR, "DGAT", HOUR), 1000);
  const proofs = new HourProofs(store.spool, quotesInventory(store.spool));
  const [bad, whole] = store.spool.files(DATE);
  assert.equal(await proofs.lackingFor(bad), "bad lines");
  assert.deepEqual(proofs.damage, []);
  assert.equal(await proofs.lackingFor(whole), "damaged partition");
  assert.equal(proofs.damage.length, 1);
});
