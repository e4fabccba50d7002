import assert from "node:assert/strict";
import { BatchBuilder } from "../../../src/feed/decode/batch_builder.ts";
import { type DecodedFile, FileDecoder } from "../../../src/feed/decode/decode.ts";
import { KernelScanner } from "../../../src/feed/decode/kernel/kernel_scanner.ts";
import { RowScanner } from "../../../src/feed/decode/row_scanner.ts";
import type { Scanner } from "../../../src/feed/decode/scanner.ts";
import type { Batch } from "../../../src/feed/records/batch.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { type Row, rowsOf } from "../trade_rows.ts";

export type Decoded = DecodedFile & { all: Row[] };

/** The rows of a file of trades, by both scanners, which must agree. */
export function decode(text: string | Uint8Array, pieceBytes = Infinity, capacity = 1000): Decoded {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const scanners = [RowScanner, KernelScanner].map((Type) => new Type(new BatchBuilder(TRADES, capacity)));
  const [decoded, byKernel] = scanners.map((scanner) => decodeBy(scanner, bytes, pieceBytes));
  assert.deepEqual(byKernel, decoded);
  return decoded;
}

function decodeBy(scanner: Scanner, bytes: Uint8Array, pieceBytes: number): Decoded {
  const batches: Batch[] = [];
  const decoder = new FileDecoder(scanner, (batch) => batches.push(batch));
  for (let at = 0; at < bytes.length; at += pieceBytes) decoder.push(bytes.subarray(at, at + pieceBytes));
  const decoded = decoder.finish();
  return { ...decoded, all: [...batches, scanner.builder.take()].flatMap(rowsOf) };
}
