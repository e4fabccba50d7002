import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gunzipSync, gzipSync } from "node:zlib";
import { NotNdjson } from "../../../src/store/spool/ndjson.ts";
import { packed } from "../../../src/store/spool/pack.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const TEXT = '{"a":1}\n{"a":2}\n';

async function* body(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 7) yield await Promise.resolve(bytes.subarray(at, at + 7));
}

async function packedOf(bytes: Uint8Array): Promise<Uint8Array> {
  return Uint8Array.from(Buffer.concat(await Array.fromAsync(packed(body(bytes)))));
}

Deno.test("packed() does not change a body that begins like gzip, complete or not, or one without bytes", async () => {
  const gz = Uint8Array.from(gzipSync(TEXT));
  for (const bytes of [gz, gz.subarray(0, -3), new Uint8Array()]) {
    assert.deepEqual(await packedOf(bytes), bytes);
  }
});

Deno.test("packed() packs plain NDJSON", async () => {
  assert.equal(gunzipSync(await packedOf(new TextEncoder().encode(TEXT))).toString(), TEXT);
});

Deno.test("packed() throws when a plain body is not NDJSON, or is cut", async () => {
  for (const text of ["<html>", TEXT.slice(0, -3)]) {
    await assert.rejects(packedOf(new TextEncoder().encode(text)), NotNdjson);
  }
});

Deno.test("packed() throws the body's error, and ends the body when its reader stops", async () => {
  const failure = new Error("connection reset");
  let ended = 0;
  async function* breaking() {
    try {
      yield* body(new TextEncoder().encode(TEXT));
      throw failure;
    } finally {
      ended++;
    }
  }
  await assert.rejects(Array.fromAsync(packed(breaking())), (error) => error === failure);
  async function* endless() {
    try {
      for (;;) yield await Promise.resolve(Uint8Array.of(0x1f, 0x8b));
    } finally {
      ended++;
    }
  }
  for await (const _piece of packed(endless())) break;
  assert.equal(ended, 2);
});
