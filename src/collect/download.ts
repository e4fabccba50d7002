import type { Exchange } from "../feed/http/client.ts";
import type { SourceFile } from "../feed/file_names.ts";
import type { Kept, Spool } from "../store/spool/spool.ts";
import type { Step } from "./plan.ts";

/** A few at a time spend the quota at once; more would only wait for each other. */
const IN_FLIGHT = 4;

/** What became of one download. */
export type Outcome =
  | Kept
  /** Listed, but the exchange has no such file, says `reason`: the status. */
  | { readonly kind: "gone"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

/** Where downloads come from and go to. */
export interface Transfer {
  readonly exchange: Exchange;
  readonly spool: Spool;
  /** Called as each download ends. */
  readonly onOutcome: (file: SourceFile, outcome: Outcome) => void;
  /** Called as each piece of a body arrives. */
  readonly onProgress: () => void;
}

/**
 * Downloads the files of the steps into the spool, in order, a few at a time. A download that fails is an outcome;
 * what else goes wrong (the disk, the signal) is thrown, after the downloads under way have ended.
 */
export async function downloadAll(
  steps: readonly Step[],
  transfer: Transfer,
  signal: AbortSignal,
): Promise<void> {
  const failure = new AbortController();
  const ended = AbortSignal.any([signal, failure.signal]);
  const queue = steps.values();
  const worker = async () => {
    for (const { file } of queue) {
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
