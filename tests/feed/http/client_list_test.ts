import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { ExchangeUnavailable } from "../../../src/feed/http/exchange_unavailable.ts";
import type { Listing } from "../../../src/feed/listing.ts";
import { minuteFile } from "../../../src/feed/file_names.ts";
import { FakeClock } from "../fake_clock.ts";
import { type Answer, type Loopback, loopback, ok, status, until } from "../loopback_exchange.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const FILE = minuteFile("DETR", "2026-09-01", 514);
const LISTING = JSON.stringify({ SourcePrefix: "DETR-posttrade", CurrentFiles: [FILE.name] });
const NEVER = new AbortController().signal;

Deno.test("list() requests JSON, and does not use the quota", async () => {
  const accepted: (string | null)[] = [];
  await using server = loopback({
    api: [(request) => {
      accepted.push(request.headers.get("accept"));
      return new Response(LISTING);
    }],
  });
  const listing = await server.exchange.list("DETR", NEVER);
  assert.deepEqual(listing, { files: [FILE], skipped: [], absent: false });
  assert.deepEqual([server.asked, accepted], [["/api/DETR-posttrade"], ["application/json"]]);
  assert.equal(server.store.state.grants.length, 0);
});

Deno.test("list() understands a compressed listing", async () => {
  const packed = new Uint8Array(gzipSync(LISTING));
  await using server = loopback({ api: [ok(packed, { "content-encoding": "gzip" })] });
  assert.deepEqual((await server.exchange.list("DETR", NEVER)).files, [FILE]);
});

Deno.test("list() distinguishes a venue without files from an empty listing", async () => {
  await using absent = loopback({ api: [status(404, "Not found")] });
  assert.deepEqual(await absent.exchange.list("DXSC", NEVER), { files: [], skipped: [], absent: true });
  await using empty = loopback({ api: [ok('{"CurrentFiles":[]}')] });
  assert.deepEqual(await empty.exchange.list("DXSC", NEVER), { files: [], skipped: [], absent: false });
});

Deno.test("list() tries again when the exchange fails, or answers with something else", async () => {
  await using server = loopback({ api: [status(503), ok("<!DOCTYPE html>"), ok(LISTING)] });
  assert.deepEqual((await server.exchange.list("DETR", NEVER)).files, [FILE]);
  assert.equal(server.retries.length, 2);
  assert.equal(server.retries[0], "the listing of DETR: HTTP 503");
  assert.match(server.retries[1], /^the listing of DETR: the listing is not JSON/);
});

Deno.test("list() throws ExchangeUnavailable within 20 s, and says what happened and what to do", async () => {
  const cases: [Answer, RegExp][] = [
    [status(500), /HTTP 500/],
    [status(301, null, { location: "https://example.com/" }), /HTTP 301/],
    [ok("<!DOCTYPE html>"), /the listing is not JSON/],
    [ok("{}"), /no list CurrentFiles/],
    [ok(JSON.stringify({ CurrentFiles: Array(10_001).fill(FILE.name) })), /10001 names, more than 10000/],
    [ok(LISTING.padEnd(8 * 1024 * 1024 + 1)), /8388609 bytes, more than 8388608/],
  ];
  for (const [answer, what] of cases) {
    await using server = loopback({ api: [answer] }, undefined, new FakeClock());
    const start = server.clock.millis;
    const error = await patiently(server, server.exchange.list("DETR", NEVER));
    assert.ok(error instanceof ExchangeUnavailable, `${error}`);
    assert.match(error.message, what);
    assert.match(error.message, /\/api\/DETR-posttrade .*Nothing was fetched; try again later/);
    assert.equal(server.asked.length, 8);
    assert.ok(server.clock.millis - start <= 20_000);
    assert.equal(server.clock.sleeping, 0);
  }
});

Deno.test("list() throws ExchangeUnavailable when nothing answers", async () => {
  const gone = loopback({}, undefined, new FakeClock());
  await gone[Symbol.asyncDispose]();
  assert.ok(await patiently(gone, gone.exchange.list("DETR", NEVER)) instanceof ExchangeUnavailable);
});

/** Lets the pause after each failed attempt pass; returns the error with which the listing finally fails. */
async function patiently({ clock, retries }: Loopback, listing: Promise<Listing>): Promise<unknown> {
  let ended = false;
  const rejection = listing.then(() => null, (error) => error).finally(() => ended = true);
  for (let paused = 1;; paused++) {
    await until(() => ended || retries.length === paused);
    if (ended) return await rejection;
    await clock.advance(clock.slept.at(-1)!);
  }
}
