import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { deflateSync, gunzipSync, gzipSync } from "node:zlib";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { ODD } from "../../scripts/replica/untidy.ts";
import { assertForeseen, logOf } from "../e2e/evidence.ts";
import {
  downloadsDuring,
  fetchArgs,
  rawPath,
  runProgram,
  startProgram,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { peakMemoryOf } from "../e2e/process_facts.ts";
import { assertStoresTruth } from "../e2e/truth.ts";

const DAY = {
  venue: "DETR",
  date: "2026-09-01",
  trades: 900,
  minutes: { from: 480, until: 510 },
  untidiness: ODD,
};
/** What a minute file may unpack to. */
const LIMIT_MIB = 256;
/** Half of what a service may have under the limits of the unit. */
const MOST_MEMORY_MIB = 384;
const BOMB = gzipSync(new Uint8Array((LIMIT_MIB + 1) * 2 ** 20));
const HTML = "<!DOCTYPE html><html><body>Service temporarily unavailable</body></html>";

/** What comes in place of a complete gzip stream, made from the right one, and what is said about it. */
const BROKEN: Readonly<Record<string, readonly [change: (gz: Uint8Array) => Uint8Array, reason: RegExp]>> = {
  "a web page": [() => Buffer.from(HTML), /incorrect header check/],
  "no byte": [() => new Uint8Array(), /unexpected end of file/],
  "the first byte": [(gz) => gz.subarray(0, 1), /unexpected end of file/],
  "the header": [(gz) => gz.subarray(0, 10), /unexpected end of file/],
  "the first half": [(gz) => gz.subarray(0, gz.length / 2), /unexpected end of file/],
  "all but the trailer": [(gz) => gz.subarray(0, -8), /unexpected end of file/],
  "all but the last byte": [(gz) => gz.subarray(0, -1), /unexpected end of file/],
  "a wrong checksum": [(gz) => flipped(gz, -8), /incorrect data check/],
  "a wrong length": [(gz) => flipped(gz, -4), /incorrect length check/],
  "a flipped bit within": [
    (gz) => flipped(gz, gz.length >> 1),
    /incorrect data check|invalid|unexpected end/,
  ],
  "junk behind": [(gz) => Buffer.concat([gz, Buffer.from(HTML)]), /incorrect header check/],
  "one byte behind": [
    (gz) => Buffer.concat([gz, Buffer.from("x")]),
    /incorrect header check|unexpected end of file/,
  ],
  "a second member that is cut": [(gz) => Buffer.concat([gz, gz.subarray(0, -9)]), /unexpected end of file/],
  "a second member with a wrong checksum": [
    (gz) => Buffer.concat([gz, flipped(gz, -8)]),
    /incorrect data check/,
  ],
  "the rows, not compressed, and cut": [
    (gz) => gunzipSync(gz).subarray(0, -20),
    /neither gzip nor whole NDJSON: line \d+ is not a whole JSON object/,
  ],
  "the rows, without gzip's header": [(gz) => deflateSync(gunzipSync(gz)), /incorrect header check/],
  "a bomb": [() => BOMB, /unpacks to more than 268435456 bytes/],
  "a bomb whose trailer says nothing": [() => withLength(BOMB, 0), /unpacks to more than 268435456 bytes/],
  "a bomb whose trailer says four gigabytes": [
    () => withLength(BOMB, 2 ** 32 - 1),
    /unpacks to more than 268435456 bytes/,
  ],
  "a bomb of two members": [halfBombs, /unpacks to more than 268435456 bytes/],
};

/** Other forms of the right stream. */
const WHOLE: Readonly<Record<string, (gz: Uint8Array) => Uint8Array>> = {
  "two members": (gz) => inMembers(gz, 2),
  "a member for each byte": (gz) => inMembers(gz, Infinity),
  "an empty member before and behind": (gz) => Buffer.concat([gzipSync(""), gz, gzipSync("")]),
  "zeros behind": (gz) => Buffer.concat([gz, new Uint8Array(512)]),
  "no compression": (gz) => gzipSync(gunzipSync(gz), { level: 0 }),
  "a file name in the header": (gz) => withFileName(gz, "trades.json"),
};

Deno.test("bytes that are neither a complete gzip stream nor complete NDJSON are kept and reported, and nothing of them is stored; everything else is, and the next run fetches these files again", async () => {
  await using replica = await startReplica({ days: [DAY] });
  const broken = Object.entries(BROKEN);
  const names = broken.map((_, i) => file(i));
  const sent = new Map<string, Uint8Array>();
  for (const [i, [, [change]]] of broken.entries()) {
    const body = fault.body((gz) => {
      sent.set(file(i), new Uint8Array(change(gz)));
      return sent.get(file(i))!;
    });
    replica.inject("storage", body, { name: file(i) });
  }
  using dir = temporaryDirectory();
  await using program = startProgram(fetchArgs(replica, dir.path));
  const peak = await peakMemoryOf(program);
  const run = await program.ended;
  assertForeseen(run, 3);
  for (const [i, [what, [, reason]]] of broken.entries()) {
    const [line, ...more] = logOf(run).filter((line) => line.startsWith(`WARNING ${file(i)}: `));
    assert.match(line, reason, what);
    assert.deepEqual(more, [], what);
    assert.throws(() => Deno.statSync(rawPath(dir.path, file(i))), Deno.errors.NotFound, what);
    assert.deepEqual(Deno.readFileSync(rawPath(dir.path, file(i), "rejected")), sent.get(file(i)), what);
  }
  assert.match(
    logOf(run).at(-1)!,
    new RegExp(`^WARNING DETR: ${broken.length} files pending, tried again at the next run`),
  );
  await assertStoresTruth(dir.path, replica, names);
  assert.ok(peak < MOST_MEMORY_MIB, `${peak} MiB`);
  console.log(
    `${broken.length} broken streams, bombs of ${LIMIT_MIB + 1} MiB among them: peak ${peak.toFixed(0)} MiB`,
  );

  replica.clearFaults();
  const again = await downloadsDuring(replica, async () => {
    assertForeseen(await runProgram(fetchArgs(replica, dir.path)), 0);
  });
  assert.deepEqual(again.toSorted(), names);
  await assertStoresTruth(dir.path, replica);
});

Deno.test("every valid form of a gzip stream is accepted: its bytes are kept as they came, and its trades stored", async () => {
  await using replica = await startReplica({ days: [DAY] });
  const whole = Object.entries(WHOLE);
  const sent = new Map<string, Uint8Array>();
  for (const [i, [, change]] of whole.entries()) {
    const body = fault.body((gz) => {
      sent.set(file(i), new Uint8Array(change(gz)));
      return sent.get(file(i))!;
    });
    replica.inject("storage", body, { name: file(i) });
  }
  using dir = temporaryDirectory();
  const run = await runProgram(fetchArgs(replica, dir.path));
  assertForeseen(run, 0);
  for (const [name, bytes] of sent) assert.deepEqual(Deno.readFileSync(rawPath(dir.path, name)), bytes);
  assert.equal(sent.size, whole.length);
  await assertStoresTruth(dir.path, replica);
});

/** The name of the day's minute file of this index. */
function file(index: number): string {
  return `DETR-posttrade-2026-09-01T08_${String(index).padStart(2, "0")}.json.gz`;
}

/** With a bit turned; a negative place counts from the end. */
function flipped(bytes: Uint8Array, place: number): Uint8Array {
  return bytes.with(place, bytes.at(place)! ^ 1);
}

/** With a trailer that states another length. */
function withLength(gz: Uint8Array, length: number): Uint8Array {
  const changed = new Uint8Array(gz);
  new DataView(changed.buffer).setUint32(changed.length - 4, length, true);
  return changed;
}

function halfBombs(): Uint8Array {
  const half = gzipSync(new Uint8Array((LIMIT_MIB / 2 + 1) * 2 ** 20));
  return Buffer.concat([half, half]);
}

function inMembers(gz: Uint8Array, members: number): Uint8Array {
  const content = gunzipSync(gz);
  const size = Math.max(1, Math.ceil(content.length / members));
  const count = Math.ceil(content.length / size);
  return Buffer.concat(
    Array.from({ length: count }, (_, i) => gzipSync(content.subarray(i * size, (i + 1) * size))),
  );
}

/** RFC 1952: flag 8 announces a name, which follows the ten bytes of the header and ends with a zero byte. */
function withFileName(gz: Uint8Array, name: string): Uint8Array {
  return Buffer.concat([
    gz.subarray(0, 3),
    Uint8Array.of(8),
    gz.subarray(4, 10),
    Buffer.from(`${name}\0`),
    gz.subarray(10),
  ]);
}
