/** `decode.ts DIR [VENUE]`: unpacks and decodes the raw files of a working directory, and does nothing with the trades. */
import { FileDecoder } from "../../../src/feed/decode/decode.ts";
import { newScanner } from "../../../src/feed/decode/new_scanner.ts";
import { BatchBuilder } from "../../../src/feed/decode/batch_builder.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { Layout } from "../../../src/store/layout.ts";
import { SORTED_ROWS } from "../../../src/store/runs.ts";
import { Spool } from "../../../src/store/spool/spool.ts";
import { unpack } from "../../../src/store/spool/spooled_file.ts";
import { DATE, VENUE } from "../raw_day.ts";
import { measure } from "./measured.ts";

const [directory, venue = VENUE] = Deno.args;
const spool = new Spool(new Layout(directory), venue);

await measure(async () => {
  let [rows, bytes] = [0, 0];
  const scanner = newScanner(new BatchBuilder(TRADES, SORTED_ROWS));
  for (const file of spool.files(DATE)) {
    const decoder = new FileDecoder(scanner, () => {});
    for await (const piece of unpack(file)) {
      bytes += piece.length;
      decoder.push(piece);
    }
    rows += decoder.finish().rows;
  }
  return { rows, bytes };
});
