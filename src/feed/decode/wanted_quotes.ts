import type { Batch, NumberColumn, TextColumn } from "../records/batch.ts";
import { take } from "../records/gather.ts";
import { QUOTES } from "../records/quotes.ts";
import { columnIndex } from "../records/record_type.ts";
import type { QuoteFilter } from "../quote_filter.ts";

const NOTATION = columnIndex(QUOTES, "price_notation");

/** The quotes of a batch that a filter stores; the same batch where these are all. */
export function wantedQuotes(batch: Batch, { isins, notation }: QuoteFilter): Batch {
  if (isins === null && notation === null) return batch;
  const { codes, values } = batch.columns[QUOTES.required] as TextColumn;
  const notations = (batch.columns[NOTATION] as NumberColumn).values;
  const own = isins === null ? null : new Set(isins);
  const isOwn = values.map((isin) => own === null || own.has(isin!));
  const others = notation === null ? null : 3 - notation;
  const rows = new Uint32Array(batch.rows);
  let wanted = 0;
  for (let row = 0; row < batch.rows; row++) {
    if (isOwn[codes[row]] && notations[row] !== others) rows[wanted++] = row;
  }
  return wanted === batch.rows ? batch : take(batch, rows.subarray(0, wanted));
}
