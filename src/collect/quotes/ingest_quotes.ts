import { BatchBuilder } from "../../feed/decode/batch_builder.ts";
import { FileDecoder } from "../../feed/decode/decode.ts";
import { newScanner } from "../../feed/decode/new_scanner.ts";
import { wantedQuotes } from "../../feed/decode/wanted_quotes.ts";
import type { QuoteFilter } from "../../feed/quote_filter.ts";
import type { Batch } from "../../feed/records/batch.ts";
import { QUOTES } from "../../feed/records/quotes.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import { type Ingested, ingestFile } from "../publish/ingest.ts";

/** More quotes than a busy minute of a venue has. */
const BATCH_ROWS = 131_072;

/** The result of decoding a spooled file of quotes, and how many of them the filter left out. */
export interface IngestedQuotes {
  readonly ingested: Ingested;
  readonly filtered: number;
}

/**
 * Decodes spooled files one after the other and hands on their quotes as far as a filter wants them, unsorted; no batch
 * holds quotes of two files. Quotes of a file that can no longer be unpacked, or is not understood, may already have been
 * handed on. Throws what `breathe`, which is awaited often, and `onBatch` throw, and the disk's errors.
 */
export async function ingestQuotes(
  files: Iterable<SpooledFile>,
  filter: QuoteFilter,
  breathe: () => Promise<void>,
  onBatch: (batch: Batch) => void,
): Promise<IngestedQuotes[]> {
  const scanner = newScanner(new BatchBuilder(QUOTES, BATCH_ROWS));
  const all: IngestedQuotes[] = [];
  for (const spooled of files) {
    let filtered = 0;
    const handOn = (batch: Batch) => {
      const wanted = wantedQuotes(batch, filter);
      filtered += batch.rows - wanted.rows;
      onBatch(wanted);
    };
    const ingested = await ingestFile(spooled, new FileDecoder(scanner, handOn), breathe);
    handOn(scanner.builder.take());
    all.push({ ingested, filtered });
    await breathe();
  }
  return all;
}
