import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { gunzip, gzip, NotGzip } from "../../../src/store/spool/gzip.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";
import { until } from "../../feed/loopback_exchange.ts";

const MIB = 1024 * 1024;

/** Bytes that do not compress, more than are unpacked in one piece. */
const NOISE = new Uint8Array(2 * MIB);
for (let at = 0; at < NOISE.length; at += 65_536) crypto.getRandomValues(NOISE.subarray(at, at + 65_536));

/** A small file, which is unpacked in one piece, and a large one, which is streamed. */
const CONTENTS = { small: new TextEncoder().encode('{"isin":"DE0007164600"}\n'), large: NOISE };

function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

async function unpacked(bytes: Uint8Array, limit = 10 * MIB): Promise<Uint8Array> {
  using dir = temporaryDirectory();
  Deno.writeFileSync(dir.of("file.gz"), bytes);
  const pieces: Uint8Array[] = [];
  for await (const piece of gunzip(dir.of("file.gz"), limit)) pieces.push(piece.slice());
  return concat(...pieces);
}

async function assertRefused(bytes: Uint8Array, reason: RegExp, limit?: number): Promise<void> {
  await assert.rejects(
    unpacked(bytes, limit),
    (error) => error instanceof NotGzip && reason.test(error.message),
  );
}

for (const [size, content] of Object.entries(CONTENTS)) {
  const packed = Uint8Array.from(gzipSync(content));
  const changed = (at: number) => packed.with(packed.length - at, packed.at(-at)! ^ 1);

  Deno.test(`gunzip() gives the content of a ${size} file`, async () => {
    assert.ok(Buffer.from(content).equals(await unpacked(packed)));
  });

  Deno.test(`gunzip() reads members that follow each other in a ${size} file, and padding with zeros`, async () => {
    const twice = concat(content, content);
    assert.ok(Buffer.from(twice).equals(await unpacked(concat(packed, packed))));
    assert.ok(Buffer.from(content).equals(await unpacked(concat(packed, new Uint8Array(1000)))));
    assert.ok(Buffer.from(twice).equals(await unpacked(concat(packed, packed, new Uint8Array(7)))));
  });

  Deno.test(`gunzip() notices that a ${size} file is cut, wherever the cut is`, async () => {
    for (const missing of [1, 4, 8, 9, packed.length - 11, packed.length - 5, packed.length - 1]) {
      await assertRefused(packed.subarray(0, packed.length - missing), /unexpected end of file/);
    }
    await assertRefused(concat(packed, packed.subarray(0, packed.length / 2)), /unexpected end of file/);
  });

  Deno.test(`gunzip() notices a wrong checksum, a wrong length and foreign bytes in a ${size} file`, async () => {
    await assertRefused(changed(5), /incorrect data check/);
    await assertRefused(changed(4), /incorrect length check/);
    await assertRefused(packed.with(0, 0x3c), /incorrect header check/);
    await assertRefused(concat(packed, new TextEncoder().encode("<html>")), /incorrect header check/);
  });

  Deno.test(`gunzip() unpacks a ${size} file up to the limit, and no further`, async () => {
    assert.equal((await unpacked(packed, content.length)).length, content.length);
    await assertRefused(packed, /larger than|more than/, content.length - 1);
    await assertRefused(concat(packed, packed), /larger than|more than/, 2 * content.length - 1);
  });
}

Deno.test("gunzip() refuses a bomb, also one whose trailer states a wrong length", async () => {
  const bomb = Uint8Array.from(gzipSync(new Uint8Array(20 * MIB)));
  assert.ok(bomb.length < MIB / 40);
  await assertRefused(bomb, /larger than/);
  await assertRefused(concat(bomb.subarray(0, -4), new Uint8Array(4)), /larger than/);
  await assertRefused(concat(bomb.subarray(0, -4), new Uint8Array(4).fill(255)), /larger than/);
});

Deno.test("gunzip() returns a large content in small pieces", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("file.gz");
  Deno.writeFileSync(path, gzipSync(new Uint8Array(40 * MIB)));
  let [total, largest] = [0, 0];
  for await (const { length } of gunzip(path, 64 * MIB)) {
    total += length;
    largest = Math.max(largest, length);
  }
  assert.equal(total, 40 * MIB);
  assert.ok(largest <= MIB, `${largest} bytes`);
});

Deno.test("gunzip() frees what it unpacked in one piece once that is used, and no copies of parts of it", async () => {
  using dir = temporaryDirectory();
  for (const members of [[MIB], [100], [MIB, MIB], [0]]) {
    const packed = members.map((length) => Uint8Array.from(gzipSync(new Uint8Array(length).fill(7))));
    Deno.writeFileSync(dir.of("file.gz"), concat(...packed));
    const pieces = gunzip(dir.of("file.gz"), 2 * MIB);
    const piece = (await pieces.next()).value!;
    const copy = piece.slice(0, 10);
    assert.ok((await pieces.next()).done);
    assert.equal(piece.length, 0);
    assert.deepEqual(copy, new Uint8Array(Math.min(10, members[0])).fill(7));
  }
});

Deno.test("gunzip() refuses a file of zero bytes; a whole stream of zero bytes is an empty file", async () => {
  await assertRefused(new Uint8Array(0), /unexpected end of file/);
  const empty = Uint8Array.from(gzipSync(new Uint8Array(0)));
  assert.equal(empty.length, 20);
  assert.equal((await unpacked(empty)).length, 0);
});

for (const [size, content] of Object.entries(CONTENTS)) {
  Deno.test(`gzip() packs a ${size} file into one member without a time stamp, and so into the same bytes at any time`, async () => {
    using dir = temporaryDirectory();
    Deno.writeFileSync(dir.of("plain"), content);
    const packed = concat(...await Array.fromAsync(gzip(dir.of("plain"))));
    assert.deepEqual(packed.subarray(0, 9), Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0));
    assert.ok(Buffer.from(content).equals(await unpacked(packed)));
    Deno.utimeSync(dir.of("plain"), new Date(0), new Date(0));
    assert.deepEqual(concat(...await Array.fromAsync(gzip(dir.of("plain")))), packed);
  });
}

Deno.test("gzip() returns pieces, and throws errors of the disk unchanged", async () => {
  using dir = temporaryDirectory();
  Deno.writeFileSync(dir.of("noise"), NOISE);
  const lengths = (await Array.fromAsync(gzip(dir.of("noise")))).map(({ length }) => length);
  assert.ok(Math.max(...lengths) <= MIB / 4, `${Math.max(...lengths)} bytes`);
  await assert.rejects(gzip(dir.of("none")).next(), { code: "ENOENT" });
});

Deno.test("gunzip() throws errors of the disk unchanged", async () => {
  using dir = temporaryDirectory();
  await assert.rejects(gunzip(dir.of("none.gz"), MIB).next(), Deno.errors.NotFound);
});

Deno.test("gunzip() closes the file when its reader stops in the middle", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("file.gz");
  Deno.writeFileSync(path, gzipSync(NOISE));
  for await (const piece of gunzip(path, 10 * MIB)) {
    assert.ok(piece.length < NOISE.length);
    assert.ok(isOpen(path));
    break;
  }
  await until(() => !isOpen(path)); // the read in progress ends first
});

/** Whether this process has the file open. */
function isOpen(path: string): boolean {
  return [...Deno.readDirSync("/proc/self/fd")].some(({ name }) => linkOf(`/proc/self/fd/${name}`) === path);
}

function linkOf(path: string): string | null {
  try {
    return Deno.readLinkSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null; // closed in between
    throw error;
  }
}

Deno.test("gunzip() returns whatever was packed, in any number of members, and refuses it when a bit is changed", async () => {
  const members = fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 4 });
  await fc.assert(fc.asyncProperty(members, fc.nat(), fc.nat({ max: 7 }), async (members, at, bit) => {
    const packed = concat(...members.map((member) => Uint8Array.from(gzipSync(member))));
    assert.deepEqual(await unpacked(packed), concat(...members));
    const flipped = packed.with(at % packed.length, packed[at % packed.length] ^ (1 << bit));
    // In the header only bytes that do not matter may change: time, level, system.
    const content = await unpacked(flipped).catch((error) => {
      assert.ok(error instanceof NotGzip, String(error));
      return null;
    });
    if (content !== null) assert.deepEqual(content, concat(...members));
  }));
});
