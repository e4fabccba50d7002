/** What the tests of the spool share: a spool for each test, and bodies to keep in it. */
import { gzipSync } from "node:zlib";
import { minuteFile } from "../../../src/feed/file_names.ts";
import { Layout } from "../../../src/store/layout.ts";
import { Spool } from "../../../src/store/spool/spool.ts";
import { filesBelow } from "../../e2e/disk.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";

export const FILE = minuteFile("DETR", "2026-09-01", 8 * 60 + 34);
/** Where the raw files of its date lie, below the working directory. */
export const DAY = "data/de/xetra/raw/venue=DETR/year=2026/month=09/day=01";
export const LINES = '{"a":1}\n{"a":2}\n';

export const plain = (text: string) => new TextEncoder().encode(text);
export const gzip = (text: string) => Uint8Array.from(gzipSync(text));

export function temporarySpool() {
  const dir = temporaryDirectory();
  return {
    spool: new Spool(new Layout(dir.path), "DETR"),
    of: dir.of,
    /** Everything below, by the path in the working directory. */
    files: () => filesBelow(dir.path).map((path) => path.slice(dir.path.length + 1)),
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

/** A body that comes in pieces. */
export async function* body(bytes: Uint8Array, pieceBytes = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    await Promise.resolve();
    yield bytes.subarray(at, at + pieceBytes);
  }
}
