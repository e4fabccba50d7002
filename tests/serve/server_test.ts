import assert from "node:assert/strict";
import { dirname } from "node:path";
import { KnownDays } from "../../src/collect/monitor/known_days.ts";
import { dataAddress } from "../../src/serve/data_files.ts";
import { type Patience, serve } from "../../src/serve/server.ts";
import { Turns } from "../../src/system/turns.ts";
import { TRADES_BY_DAY } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { systemClock } from "../../src/system/system_clock.ts";
import { busy } from "../busy.ts";
import { awaited } from "../e2e/evidence.ts";
import { temporaryDirectory } from "../e2e/harness.ts";

const DATE = "2026-09-01";
/** More than lies in the buffers of a connection. */
const MANY_BYTES = 1 << 25;

/** Serves a folder in this process until it is disposed. */
async function serving(
  layout: Layout,
  patience: Patience,
  status = () => Promise.resolve<unknown>([]),
): Promise<{ url: string } & AsyncDisposable> {
  const stop = new AbortController();
  const { promise, resolve } = Promise.withResolvers<string>();
  const sources = {
    layout,
    knownDays: new KnownDays<never>(layout),
    calendars: new Turns(),
    venues: () => ["DETR"],
    status,
    logFile: null,
    breathe: () => Promise.resolve(),
    now: systemClock.now,
  };
  const served = serve(
    { hostname: "127.0.0.1", port: 0 },
    sources,
    systemClock,
    resolve,
    stop.signal,
    patience,
  );
  const url = (await promise).slice(0, -1);
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await served;
    },
  };
}

function isOpen(path: string): boolean {
  return timesOpen(path) > 0;
}

function timesOpen(path: string): number {
  return [...Deno.readDirSync("/proc/self/fd")].filter(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`) === path;
    } catch {
      return false; // closed meanwhile
    }
  }).length;
}

Deno.test("who takes nothing of an answer is let go, and the file closed", async () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  const path = layout.partition(TRADES_BY_DAY, "DETR", DATE);
  Deno.mkdirSync(dirname(path), { recursive: true });
  Deno.writeFileSync(path, new Uint8Array(MANY_BYTES));
  const standstill = busy() * 500;
  await using served = await serving(layout, { question: 60_000, idle: 60_000, standstill });
  const { hostname, port, host } = new URL(served.url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const question = `GET ${dataAddress(TRADES_BY_DAY, "DETR", DATE)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  await connection.write(new TextEncoder().encode(question));
  await awaited("the file is opened", () => isOpen(path));
  await awaited("the file is closed", () => !isOpen(path));
  const whole = await fetch(served.url + dataAddress(TRADES_BY_DAY, "DETR", DATE));
  assert.equal((await whole.arrayBuffer()).byteLength, MANY_BYTES, "who takes it gets it");
});

Deno.test("who asks again before the first answer is read, and goes, leaves no file open", async () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  const path = layout.partition(TRADES_BY_DAY, "DETR", DATE);
  Deno.mkdirSync(dirname(path), { recursive: true });
  Deno.writeFileSync(path, new Uint8Array(MANY_BYTES));
  await using served = await serving(layout, { question: 60_000, idle: 60_000, standstill: 60_000 });
  const { hostname, port, host } = new URL(served.url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const question = `GET ${dataAddress(TRADES_BY_DAY, "DETR", DATE)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  await connection.write(new TextEncoder().encode(question + question));
  await awaited("the file is opened for both", () => timesOpen(path) === 2);
  connection.close();
  await awaited("the file is closed", () => !isOpen(path));
});

Deno.test("an answer that takes long to make still comes, again and again by the same connection", async () => {
  using dir = temporaryDirectory();
  const standstill = busy() * 200;
  const long = () => systemClock.sleep(3 * standstill, new AbortController().signal);
  const patience = { question: 60_000, idle: 60_000, standstill };
  await using served = await serving(new Layout(dir.path), patience, long);
  for (let i = 0; i < 2; i++) {
    const response = await fetch(`${served.url}/api/status`);
    assert.equal(response.status, 200);
    await response.text();
  }
});

Deno.test("who listens to events is not let go when a question would have taken too long", async () => {
  using dir = temporaryDirectory();
  Deno.mkdirSync(dir.of(".xetra-parqed"));
  const question = 5 * Math.ceil(busy() * 20); // connections are looked at five times in it, after whole milliseconds
  const patience = { question, idle: question, standstill: 60_000 };
  await using served = await serving(new Layout(dir.path), patience);
  const reader = (await fetch(`${served.url}/api/events`)).body!.pipeThrough(new TextDecoderStream())
    .getReader();
  assert.match((await reader.read()).value!, /^retry:/);
  const listening = performance.now();
  // files are looked at once a second
  for (let cycle = 0; cycle < 2 || performance.now() - listening < 2 * question; cycle++) {
    Deno.writeTextFileSync(dir.of(".xetra-parqed/status-DETR.json"), `${cycle}`);
    assert.match((await reader.read()).value!, /^event: cycle/);
  }
  await reader.cancel();
});
