import { type DecodedFile, FileDecoder } from "../../feed/decode/decode.ts";
import { newScanner } from "../../feed/decode/new_scanner.ts";
import type { Batch } from "../../feed/records/batch.ts";
import { TRADES } from "../../feed/records/trades.ts";
import { BatchBuilder } from "../../feed/decode/batch_builder.ts";
import { NotGzip } from "../../store/spool/gzip.ts";
import type { Spool } from "../../store/spool/spool.ts";
import { type SpooledFile, unpackHashed } from "../../store/spool/spooled_file.ts";
import type { Pace } from "../pace.ts";

/** Why a file is not understood. */
export interface Misunderstanding {
  /** The keys of its first row; if its rows have instruments, only the keys that no era knows. */
  readonly keys: readonly string[];
  /**
   * The columns that none of its rows fills although the venue's other rows do; empty if its rows have no instruments.
   */
  readonly lacking: readonly string[];
}

/** The result of decoding a spooled file. */
export type Ingested =
  | {
    readonly kind: "decoded";
    readonly spooled: SpooledFile;
    readonly decoded: DecodedFile;
    readonly digest: string;
  }
  /** It can be read but not understood; some of its rows may have been handed on. */
  | { readonly kind: "unrecognized"; readonly spooled: SpooledFile; readonly why: Misunderstanding }
  /** Its bytes can no longer be unpacked; it has been moved to the rejected files. */
  | { readonly kind: "damaged"; readonly spooled: SpooledFile; readonly reason: string };

/** What is needed to ingest a venue's files, and the pace that lets other work in between. */
export interface Ingestion {
  readonly spool: Spool;
  readonly pace: Pace;
}

/**
 * Decodes spooled files one after the other and hands on their trades in batches of up to `batchRows`, unsorted; a
 * batch may hold trades of several files. A file that can no longer be unpacked is moved to the rejected files. Rows of
 * such a file, or of one that is not understood, may already have been handed on. Throws what `onBatch` throws, the
 * disk's errors, and the signal's reason.
 */
export async function ingest(
  { spool, pace }: Ingestion,
  files: readonly SpooledFile[],
  batchRows: number,
  onBatch: (batch: Batch) => void | Promise<void>,
): Promise<Ingested[]> {
  const full: Batch[] = [];
  const scanner = newScanner(new BatchBuilder(TRADES, batchRows));
  const handOn = async () => {
    for (let batch = full.shift(); batch; batch = full.shift()) await onBatch(batch);
    await pace.breathe();
  };
  const ingested: Ingested[] = [];
  for (const spooled of files) {
    const decoder = new FileDecoder(scanner, (batch) => full.push(batch));
    const result = await ingestFile(spooled, decoder, handOn);
    if (result.kind === "damaged") spool.reject(spooled);
    ingested.push(result);
    await handOn();
  }
  await onBatch(scanner.builder.take());
  return ingested;
}

/**
 * Decodes a spooled file; `afterPiece` is awaited after each piece of it. Throws what that throws, and the disk's errors.
 */
export async function ingestFile(
  spooled: SpooledFile,
  decoder: FileDecoder,
  afterPiece: () => Promise<void>,
): Promise<Ingested> {
  try {
    const { pieces, digest } = unpackHashed(spooled);
    for await (const piece of pieces) {
      decoder.push(piece);
      await afterPiece();
    }
    const decoded = decoder.finish();
    const { unrecognizedKeys } = decoded;
    if (unrecognizedKeys !== null) {
      return { kind: "unrecognized", spooled, why: { keys: unrecognizedKeys, lacking: [] } };
    }
    return { kind: "decoded", spooled, decoded, digest: digest() };
  } catch (error) {
    if (error instanceof NotGzip) return { kind: "damaged", spooled, reason: error.message };
    throw error;
  }
}
