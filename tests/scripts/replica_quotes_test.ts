import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { generateQuotes, type QuoteDaySpec, type QuoteFile } from "../../scripts/replica/quotes/quote_day.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { sample, samplesAreHere } from "../samples.ts";
import { temporaryDirectory } from "../e2e/harness.ts";

const SERVICES = [
  "DGAT-pretrade",
  "DETR-pretrade",
  "DFRA-pretrade",
  "DEUR-pretradeOthers",
  "DEUR-pretradeMDOptions",
  "DXSC-pretrade",
];
const HOUR = { date: "2026-09-01", instruments: 60, rows: 40, minutes: { from: 600, until: 660 } };

Deno.test("generateQuotes() makes the same bytes from the same seed, and others from another", () => {
  for (const service of SERVICES) {
    assert.deepEqual(textOf({ ...HOUR, service }), textOf({ ...HOUR, service }));
    assert.notEqual(textOf({ ...HOUR, service }), textOf({ ...HOUR, service, seed: 2 }));
  }
});

Deno.test("each service has the keys that witnesses saw, with the same types", {
  ignore: !samplesAreHere(),
}, () => {
  for (
    const service of [
      "DGAT-pretrade",
      "DETR-pretrade",
      "DFRA-pretrade",
      "DEUR-pretradeOthers",
      "DXSC-pretrade",
    ]
  ) {
    const rows = textLines(new TextDecoder().decode(sample(`${service}.lookalike.ndjson`)));
    const known = typesIn(rows);
    const own = typesIn(linesOf({ ...HOUR, service }));
    for (const [key, type] of known) {
      if (key === "unknownProviderField" || (service === "DFRA-pretrade" && key === "tradingSystemPhase")) {
        continue;
      }
      assert.equal(own.get(key), type, `${service}: ${key}`);
    }
  }
});

Deno.test("three quarters of Xetra's rows are depth, and all of the options' at Eurex", () => {
  const counts = (service: string) => {
    const files = filesOf({ ...HOUR, service });
    const depth = files.reduce((sum, { depthRows }) => sum + depthRows, 0);
    return depth / files.reduce((sum, { ndjson }) => sum + lines(ndjson).length, 0);
  };
  assert.ok(Math.abs(counts("DETR-pretrade") - 0.75) < 0.03);
  assert.equal(counts("DEUR-pretradeMDOptions"), 1);
  assert.equal(counts("DGAT-pretrade"), 0);
});

Deno.test("minutes are about as large as the exchange's: 120,000 rows of Tradegate, 90,000 of Frankfurt", () => {
  const sizes = { "DGAT-pretrade": [119_738, 42.2, 3.2], "DFRA-pretrade": [90_000, null, 2.5] } as const;
  for (const [service, [rows, plain, packed]] of Object.entries(sizes)) {
    const [file] = filesOf({ service, date: "2026-09-01", minutes: { from: 600, until: 601 } });
    assertNear(file.quotes.length, rows);
    if (plain !== null) assertNear(file.ndjson.length / 1e6, plain);
    assertNear(gzipSync(file.ndjson).length / 1e6, packed);
  }
});

Deno.test("an instrument is quoted in two currencies, sides are withdrawn by a price of 0, and updates come in bursts", () => {
  for (const service of ["DGAT-pretrade", "DFRA-pretrade"]) {
    const quotes = filesOf({ ...HOUR, service }).flatMap(({ quotes }) => quotes);
    const currencies = Map.groupBy(quotes, ({ isin }) => isin).values()
      .map((own) => new Set(own.map(({ price_currency }) => price_currency)).size);
    assert.ok(Math.max(...currencies) > 1);
    assert.ok(quotes.some(({ bid, bid_quantity }) => bid === 0 && bid_quantity === 0));
    assert.ok(quotes.some(({ ask, ask_quantity }) => ask !== null && ask > 0 && ask_quantity === 0));
    assert.ok(
      quotes.some((quote, i) => i > 2 && [1, 2].every((back) => quotes[i - back].isin === quote.isin)),
    );
    assert.ok(quotes.some((quote, i) => i > 0 && quote.time! < quotes[i - 1].time!), "times are in no order");
  }
});

Deno.test("Frankfurt sends only the side that changed, and withdraws its bonds at 17:30", () => {
  const [before, after] = filesOf({ ...HOUR, service: "DFRA-pretrade", minutes: { from: 929, until: 931 } });
  const oneSided = before.quotes.filter(({ bid, ask }) => (bid === null) !== (ask === null));
  assert.ok(oneSided.length > before.quotes.length / 2);
  const gone = after.quotes.filter(({ phase }) => phase === 202);
  assert.ok(gone.length > 0);
  for (const quote of gone) assert.deepEqual([quote.bid, quote.ask, quote.price_notation], [0, 0, 2]);
});

Deno.test("the replica lists services of quotes; the unused name of Eurex and daily files of quotes are 404", async () => {
  const day = { venue: "DEUR", date: "2026-09-01", trades: 10, minutes: HOUR.minutes };
  const quotes = SERVICES.map((service) => ({ ...HOUR, service }));
  await using replica = await startReplica({ days: [day], quotes, daily: true });
  for (const service of SERVICES) {
    const names = await listed(replica.apiUrl, service);
    assert.equal(names.length, 61);
    assert.equal(names[0], `${service}-daily-2026-09-01.json.gz`);
    assert.equal((await statusOf(replica.apiUrl, names[0])).status, 404);
    const { status, location } = await statusOf(replica.apiUrl, names.at(-1)!);
    assert.equal(status, 301);
    const body = await (await fetch(location!)).bytes();
    const [first] = filesOf({ ...HOUR, service });
    assert.deepEqual(new Uint8Array(gunzipSync(body)), first.ndjson);
  }
  const dead = await listed(replica.apiUrl, "DEUR-pretrade");
  assert.equal(dead.length, 60);
  assert.equal((await statusOf(replica.apiUrl, dead[0])).status, 404);
});

Deno.test("the truth has each row of an hour once, of both services of Eurex, as far as a filter keeps it", async () => {
  using dir = temporaryDirectory();
  const quotes = ["DGAT-pretrade", "DEUR-pretradeOthers", "DEUR-pretradeMDOptions"].map((service) => ({
    ...HOUR,
    service,
    odd: true,
    minutes: { from: 590, until: 602 },
  }));
  await using replica = await startReplica({ days: [], quotes });
  const paths = await replica.writeQuotesTruth(dir.path);
  assert.deepEqual(
    paths.map((path) => path.slice(dir.path.length)),
    ["/venue=DGAT/2026-09-01T09.ndjson", "/venue=DGAT/2026-09-01T10.ndjson"].flatMap((path) => [path])
      .concat(["/venue=DEUR/2026-09-01T09.ndjson", "/venue=DEUR/2026-09-01T10.ndjson"]),
  );
  const rows = textLines(Deno.readTextFileSync(paths[0]));
  assert.equal(new Set(rows).size, rows.length);
  const sent = filesOf(quotes[0]).filter(({ hour }) => hour.endsWith("T09")).flatMap(({ quotes }) => quotes);
  assert.equal(new Set(sent.map((quote) => JSON.stringify(quote))).size, rows.length);
  assert.ok(sent.length > rows.length, "some rows are sent twice");
  assert.ok(sent.some(({ extra }) => extra?.includes("unknownProviderField")));
  assert.ok(sent.some(({ extra }) => extra?.includes("tradingSystemPhase")));
  const [isin] = sent.map(({ isin }) => isin);
  await replica.writeQuotesTruth(dir.path, { keep: (quote) => quote.isin === isin });
  for (const row of textLines(Deno.readTextFileSync(paths[0]))) assert.equal(JSON.parse(row).isin, isin);
});

function filesOf(spec: QuoteDaySpec): QuoteFile[] {
  return [...generateQuotes(spec)];
}

function textOf(spec: QuoteDaySpec): string {
  return linesOf(spec).join("\n");
}

function linesOf(spec: QuoteDaySpec): string[] {
  return filesOf(spec).flatMap(({ ndjson }) => lines(ndjson));
}

function lines(ndjson: Uint8Array): string[] {
  return textLines(new TextDecoder().decode(ndjson));
}

function textLines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** The JSON type of each key, as it is in the row that has it first and not null. */
function typesIn(rows: readonly string[]): Map<string, string> {
  const types = new Map<string, string>();
  for (const row of rows) {
    for (const [key, value] of Object.entries(JSON.parse(row))) {
      if (value !== null && !types.has(key)) types.set(key, Array.isArray(value) ? "list" : typeof value);
    }
  }
  return types;
}

/** Within a factor of two: minutes differ by more. */
function assertNear(value: number, expected: number): void {
  assert.ok(value > expected / 2 && value < expected * 2, `${value} instead of ${expected}`);
}

async function listed(apiUrl: string, service: string): Promise<string[]> {
  const response = await fetch(`${apiUrl}/${service}`, { headers: { accept: "application/json" } });
  return (await response.json()).CurrentFiles;
}

async function statusOf(apiUrl: string, name: string): Promise<{ status: number; location: string | null }> {
  const response = await fetch(`${apiUrl}/download/${name}`, { redirect: "manual" });
  await response.body?.cancel();
  return { status: response.status, location: response.headers.get("location") };
}
