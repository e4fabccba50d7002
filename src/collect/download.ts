import type { Exchange } from "../feed/http/client.ts";
import type { SourceFile } from "../feed/file_names.ts";
import type { Kept, Spool } from "../store/spool/spool.ts";

/** Four at a time are enough to spend the quota; more would only wait for each other. */
const IN_FLIGHT = 4;

/** How one download ended. */
export type Outcome =
  | Kept
  /** Listed, but the exchange does not have the file; `reason` is the HTTP status. */
  | { readonly kind: "gone"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

/** Where downloads come from and where they go. */
export interface Transfer {
  readonly exchange: Exchange;
  readonly spool: Spool;
  /** Called when a download ends. */
  readonly onOutcome: (file: SourceFile, outcome: Outcome) => void;
  /** Called when a piece of a body arrives. */
  readonly onProgress: () => void;
}

/**
 * Downloads files into the spool, in order, four at a time. A failed download is an outcome; any other
 * error (the disk, the signal) is thrown once the downloads under way have ended.
 */
export async function downloadAll(
  files: readonly SourceFile[],
  transfer: Transfer,
  signal: AbortSignal,
): Promise<void> {
  const failure = new AbortController();
  const ended = AbortSignal.any([signal, failure.signal]);
  const queue = files.values();
  const worker = async () => {
    for (const file of queue) {
      ended.throwIfAborted();
      transfer.onOutcome(file, await download(file, transfer, ended));
    }
  };
  const workers = Array.from({ length: IN_FLIGHT }, () =>
    worker().catch((error) => {
      failure.abort(error);
      throw error;
    }));
  await Promise.allSettled(workers);
  ended.throwIfAborted();
}

async function download(
  file: SourceFile,
  { exchange, spool, onProgress }: Transfer,
  signal: AbortSignal,
): Promise<Outcome> {
  const breathe = () => {
    signal.throwIfAborted();
    onProgress();
  };
  const keep = (body: AsyncIterable<Uint8Array>) => spool.keep(file, watched(body, onProgress), breathe);
  const download = await exchange.download(file, keep, signal);
  return download.kind === "received" ? download.value : download;
}

async function* watched(body: AsyncIterable<Uint8Array>, onPiece: () => void): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    onPiece();
    yield piece;
  }
}
