/**
 * `deno run -A scripts/smoke.ts PROGRAM`: whether a built program works, tried on a replica of the exchange. Ends with
 * 1 at the first thing that is wrong.
 */
import { asyncBufferFromFile, parquetMetadataAsync } from "hyparquet";
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { TRADES_BY_DAY } from "../src/store/datasets.ts";
import { Layout } from "../src/store/layout.ts";
import { VERSION } from "./release/product.ts";
import { startReplica } from "./replica/server.ts";
import { temporaryFolder } from "./temporary_folder.ts";

/** The time after which a program that does not do what is awaited is ended. */
const PATIENCE_MILLIS = 60_000;
const DAY = { venue: "DETR", date: "2026-09-01", trades: 400, minutes: { from: 480, until: 490 } };

const [program] = Deno.args;
if (program === undefined) {
  console.error("usage: deno run -A scripts/smoke.ts PROGRAM");
  Deno.exit(64);
}
await using replica = await startReplica({ days: [DAY] });
using folder = temporaryFolder();
await using running = new AsyncDisposableStack();
const [fetched, watched, cache] = ["fetched", "watched", "cache"].map((name) => `${folder.path}/${name}`);
const daemon = ["--daemon", "--active-hours", "00:00-24:00"];
try {
  await step("--version", tellsVersion);
  await step("a fetch from the replica", fetches);
  await step("a second fetch has nothing to do", findsNothingToDo);
  await step("a daemon, a second one refused, SIGTERM", isOneDaemon);
} catch (error) {
  console.error(`${program} failed: ${error instanceof Error ? error.message : error}`);
  Deno.exitCode = 1;
}

async function step(title: string, work: () => Promise<string>): Promise<void> {
  console.log(`${title}: ${await work()}`);
}

async function tellsVersion(): Promise<string> {
  const { code, said } = await ended(start("--version"));
  assert.deepEqual({ code, said }, { code: 0, said: `${VERSION}\n` });
  return VERSION;
}

async function fetches(): Promise<string> {
  const { code, said } = await ended(start(...fetchInto(fetched)));
  assert.equal(code, 0, said);
  const file = await asyncBufferFromFile(new Layout(fetched).partition(TRADES_BY_DAY, DAY.venue, DAY.date));
  const { num_rows } = await parquetMetadataAsync(file);
  assert.equal(num_rows, BigInt(DAY.trades));
  return `${num_rows} trades`;
}

async function findsNothingToDo(): Promise<string> {
  const { code, said } = await ended(start(...fetchInto(fetched)));
  assert.equal(code, 0, said);
  assert.match(said, /All available data already stored/);
  return "exit 0";
}

async function isOneDaemon(): Promise<string> {
  const first = start(...fetchInto(watched), ...daemon);
  const saidBefore = await untilSaid(first.stderr, / - Cycle 1: DETR: 10 files, 400 trades/);
  const second = await ended(start(...fetchInto(watched), ...daemon));
  assert.equal(second.code, 75, second.said);
  const asked = performance.now();
  first.kill("SIGTERM");
  const { code, signal } = await first.status;
  const millis = Math.round(performance.now() - asked);
  assert.deepEqual({ code, signal }, { code: 0, signal: null }, saidBefore);
  return `75, then exit 0 within ${millis} ms`;
}

function fetchInto(directory: string): string[] {
  return [
    "--wrk-dir",
    directory,
    "fetch-trades",
    DAY.venue,
    "--api-url",
    replica.apiUrl,
    "--quota",
    "1000/1",
  ];
}

/** The program with these arguments; it is ended when it takes too long, and when the test is over. */
function start(...args: string[]): Deno.ChildProcess {
  const child = new Deno.Command(resolve(program), {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1", XETRA_PARQED_CACHE: cache }, // of the portable one
    signal: AbortSignal.timeout(PATIENCE_MILLIS),
  }).spawn();
  return running.use(child);
}

/** How a process ended, and all its output. */
async function ended(process: Deno.ChildProcess): Promise<{ code: number; said: string }> {
  const { code, stdout, stderr } = await process.output();
  return { code, said: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

/** Reads until this appears; returns everything up to it. */
async function untilSaid(stream: ReadableStream<Uint8Array>, pattern: RegExp): Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!pattern.test(said)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`it ended without ${pattern}: ${said}`);
    said += value;
  }
  return said;
}
