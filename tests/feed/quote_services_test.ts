import assert from "node:assert/strict";
import { isOfQuotes, parseQuoteSource, united } from "../../src/feed/quote_services.ts";

Deno.test("parseQuoteSource() reads a venue as all its services of quotes, and a service by its name", () => {
  assert.deepEqual(parseQuoteSource("DGAT"), { venue: "DGAT", services: ["pretrade"] });
  assert.deepEqual(parseQuoteSource("DGAT-pretrade"), { venue: "DGAT", services: ["pretrade"] });
  assert.deepEqual(parseQuoteSource("DEUR"), {
    venue: "DEUR",
    services: ["pretradeMDOptions", "pretradeOthers"],
  });
  assert.deepEqual(parseQuoteSource("DEUR-pretradeOthers"), { venue: "DEUR", services: ["pretradeOthers"] });
  assert.deepEqual(parseQuoteSource("DQTX"), { venue: "DQTX", services: ["pretrade"] });
});

Deno.test("parseQuoteSource() refuses the unused name of Eurex, and says which to use instead", () => {
  assert.throws(
    () => parseQuoteSource("DEUR-pretrade"),
    /dead name.*say DEUR, or DEUR-pretradeMDOptions and DEUR-pretradeOthers/,
  );
});

Deno.test("parseQuoteSource() refuses anything that is neither a venue nor a service of quotes", () => {
  for (const text of ["", "dgat", "DGAT-posttrade", "DGAT-pretrade-2026", "DGAT-", "DGATpretrade"]) {
    assert.throws(() => parseQuoteSource(text), /such as DEUR-pretradeOthers/, text);
  }
});

Deno.test("united() makes one source of a venue's services, each once", () => {
  const sources = ["DEUR-pretradeOthers", "DGAT", "DEUR"].map(parseQuoteSource);
  assert.deepEqual(united(sources), [
    { venue: "DEUR", services: ["pretradeOthers", "pretradeMDOptions"] },
    { venue: "DGAT", services: ["pretrade"] },
  ]);
});

Deno.test("isOfQuotes() distinguishes services of quotes from that of trades", () => {
  assert.deepEqual(["pretrade", "pretradeOthers", "posttrade"].map(isOfQuotes), [true, true, false]);
});
