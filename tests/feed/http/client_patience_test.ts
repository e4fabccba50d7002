import assert from "node:assert/strict";
import { ExchangeUnavailable } from "../../../src/feed/http/exchange_unavailable.ts";
import { dailyFile, minuteFile } from "../../../src/feed/file_names.ts";
import { FakeClock } from "../fake_clock.ts";
import {
  type Answer,
  bytesOf,
  hanging,
  type Loopback,
  loopback,
  ok,
  status,
  toStorage,
  until,
} from "../loopback_exchange.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const FILE = minuteFile("DETR", "2026-09-01", 514);
const DAILY = dailyFile("DETR", "2026-09-01");
const NEVER = new AbortController().signal;
const ONE = new Uint8Array(1);
const HOUR = 3_600_000, YEAR = 365 * 24 * HOUR;
/** Changes of the clock, in milliseconds. */
const SETTINGS = { "an hour ahead": HOUR, "an hour back": -HOUR, "a year ahead": YEAR, "a year back": -YEAR };
const LIMIT = { requests: 2, windowMillis: 4000 };

/** An answer that never comes. */
const silence: Answer = () => new Promise(() => {});

Deno.test("download() of a minute file is given up and requested again after 30 s of silence or of a hanging body", async () => {
  for (const answer of [silence, hanging(ONE)]) {
    await using server = loopback({ storage: [answer, ok("x")] });
    const download = server.exchange.download(FILE, bytesOf, NEVER);
    await until(() => server.asked.length === 2);
    await server.clock.advance(29_999);
    assert.equal(server.retries.length, 0);
    await server.clock.advance(1);
    assert.equal((await download).kind, "received");
    assert.equal(server.retries.length, 1);
  }
});

Deno.test("download() of a daily file continues while bytes come, and is given up after 30 s without any", async () => {
  const drip = new Drip();
  await using server = loopback({ storage: [drip.answer, ok("x")] }, undefined, new FakeClock());
  const download = server.exchange.download(DAILY, drip.receive, NEVER);
  for (let piece = 0; piece < 5; piece++) {
    await drip.piece();
    await server.clock.advance(29_000);
  }
  await server.clock.advance(999);
  assert.deepEqual(server.retries, []);
  await server.clock.advance(1);
  await onceMore(server, /no byte in 30 s/);
  assert.equal((await download).kind, "received");
});

Deno.test("download() of a daily file is given up after ten minutes, also while bytes come", async () => {
  const drip = new Drip();
  await using server = loopback({ storage: [drip.answer, ok("x")] }, undefined, new FakeClock());
  const download = server.exchange.download(DAILY, drip.receive, NEVER);
  for (let piece = 0; piece < 30; piece++) {
    await drip.piece();
    assert.deepEqual(server.retries, []);
    await server.clock.advance(20_000);
  }
  await onceMore(server, /not complete after 600 s/);
  assert.equal((await download).kind, "received");
});

for (const [how, millis] of Object.entries(SETTINGS)) {
  Deno.test(`download() of a body that hangs is given up after 30 s, also when the clock is set ${how}`, async () => {
    await using server = loopback({ storage: [hanging(ONE), ok("x")] });
    const download = server.exchange.download(FILE, bytesOf, NEVER);
    await until(() => server.asked.length === 2);
    server.clock.setBy(millis);
    await server.clock.advance(29_999);
    assert.equal(server.retries.length, 0);
    await server.clock.advance(1);
    assert.equal((await download).kind, "received");
    assert.equal(server.retries.length, 1);
  });

  Deno.test(`download() of a daily file goes on while bytes come, though the clock is set ${how}`, async () => {
    const drip = new Drip();
    await using server = loopback({ storage: [drip.answer, ok("x")] }, undefined, new FakeClock());
    const download = server.exchange.download(DAILY, drip.receive, NEVER);
    await drip.piece();
    server.clock.setBy(millis);
    for (let piece = 0; piece < 5; piece++) {
      await server.clock.advance(29_000);
      await drip.piece();
    }
    assert.deepEqual(server.retries, []);
    await server.clock.advance(30_000);
    await onceMore(server, /no byte in 30 s/);
    assert.equal((await download).kind, "received");
  });

  Deno.test(`list() asks for 20 s, no shorter and no longer, though the clock is set ${how}`, async () => {
    await using server = loopback({ api: [status(503)] }, undefined, new FakeClock());
    const { clock, retries } = server;
    const start = clock.monotonic();
    let ended = false;
    const rejected = assert.rejects(server.exchange.list("DETR", NEVER), ExchangeUnavailable)
      .finally(() => ended = true);
    for (let paused = 1; !ended; paused++) {
      await until(() => ended || retries.length === paused);
      if (paused === 1) clock.setBy(millis);
      if (!ended) await clock.advance(clock.slept.at(-1)!);
    }
    await rejected;
    assert.equal(server.asked.length, 8);
    assert.ok(clock.monotonic() - start > 18_000 && clock.monotonic() - start <= 20_000);
  });
}

Deno.test("download() reports a refusal to the quota, waits, and does not count it as a try", async () => {
  const refusal = status(429, "Too many requests", { "retry-after": "2" });
  await using server = loopback({
    api: [refusal, status(500), refusal, status(500), refusal, toStorage()],
    storage: [ok("x")],
  });
  const start = server.clock.millis;
  assert.equal((await server.exchange.download(FILE, bytesOf, NEVER)).kind, "received");
  assert.equal(server.asked.length, 7);
  assert.equal(server.retries.filter((retry) => retry.endsWith("429, over the quota")).length, 3);
  assert.ok(server.clock.millis - start >= 6000);
});

Deno.test("download() gives up after five refusals, and reports each to the quota", async () => {
  await using server = loopback({ api: [status(429, null, { "retry-after": "2" })] });
  const download = await server.exchange.download(FILE, bytesOf, NEVER);
  assert.deepEqual(download, { kind: "failed", reason: "refused 5 times (429)" });
  assert.equal(server.asked.length, 5);
  assert.equal(server.store.state.blockedUntil, server.clock.millis + 2000);
});

Deno.test("download() does not take a 429 of storage for the exchange's quota", async () => {
  await using server = loopback({ storage: [status(429), ok("x")] });
  assert.equal((await server.exchange.download(FILE, bytesOf, NEVER)).kind, "received");
  assert.equal(server.store.state.blockedUntil, 0);
});

Deno.test("download() makes no more requests than the quota allows, retries included", async () => {
  const arrivals: number[] = [];
  await using server: Loopback = loopback({
    api: [() => {
      arrivals.push(server.clock.millis);
      return new Response(null, { status: 503 });
    }],
  }, LIMIT);
  await server.exchange.download(FILE, bytesOf, NEVER);
  await server.exchange.download(FILE, bytesOf, NEVER);
  assert.equal(arrivals.length, 6);
  assert.ok(arrivals.every((at, i) => i < 2 || at - arrivals[i - 2] > 4000), `${arrivals}`);
});

Deno.test("download() rejects at once with the signal's reason, wherever it is", async () => {
  const places: Record<string, Answer> = {
    "waiting for the quota": status(429, null, { "retry-after": "40" }),
    "waiting for an answer": silence,
    "within a body": hanging(ONE),
    "in the pause before a retry": status(500),
  };
  for (const [place, answer] of Object.entries(places)) {
    await using server = loopback({ api: [answer] }, undefined, new FakeClock());
    const stop = new AbortController();
    const reason = new Error(place);
    const download = server.exchange.download(FILE, bytesOf, stop.signal);
    await until(() => server.asked.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 20)); // for its answer to arrive
    stop.abort(reason);
    await assert.rejects(download, (error) => error === reason, place);
    assert.equal(server.clock.sleeping, 0);
    await assert.rejects(server.exchange.download(FILE, bytesOf, stop.signal), (error) => error === reason);
    assert.equal(server.asked.length, 1);
  }
});

Deno.test("list() gives up a listing that hangs, and all of them after 20 s", async () => {
  await using server = loopback({ api: [silence] }, undefined, new FakeClock());
  const { clock } = server;
  const start = clock.millis;
  let ended = false;
  const rejected = assert.rejects(server.exchange.list("DETR", NEVER), ExchangeUnavailable)
    .finally(() => ended = true);
  for (let sleeps = 1; !ended; sleeps++) {
    await until(() => ended || clock.slept.length === sleeps);
    if (!ended) await clock.advance(clock.slept.at(-1)!);
  }
  await rejected;
  assert.equal(server.retries.length, 1);
  assert.equal(clock.millis - start, 20_000);
});

Deno.test("list() rejects at once with the signal's reason", async () => {
  await using server = loopback({ api: [silence] });
  const stop = new AbortController();
  const listing = server.exchange.list("DETR", stop.signal);
  await until(() => server.asked.length === 1);
  const reason = new Error("stopped");
  stop.abort(reason);
  await assert.rejects(listing, (error) => error === reason);
  assert.equal(server.clock.sleeping, 0);
});

/** Waits until the download is to be requested again for this reason, and lets the pause before it pass. */
async function onceMore({ retries, clock }: Loopback, reason: RegExp): Promise<void> {
  await until(() => retries.length > 0);
  assert.match(retries.join(), reason);
  await clock.advance(clock.slept.at(-1)!);
}

/** A body that the test sends piece by piece. */
class Drip {
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | null = null;
  #sent = 0;
  #received = 0;

  readonly answer: Answer = () =>
    new Response(new ReadableStream({ start: (controller) => void (this.#controller = controller) }));

  readonly receive = async (body: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const _piece of body) this.#received++;
  };

  /** Sends a piece and waits until it has arrived. */
  async piece(): Promise<void> {
    await until(() => this.#controller !== null);
    this.#controller!.enqueue(ONE);
    this.#sent++;
    await until(() => this.#received === this.#sent);
  }
}
