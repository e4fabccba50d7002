/** Prints which scanner the program takes; to be run where there is no WebAssembly. */
import { BatchBuilder } from "../../../src/feed/decode/batch_builder.ts";
import { newScanner } from "../../../src/feed/decode/new_scanner.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";

console.log(newScanner(new BatchBuilder(TRADES, 1)).constructor.name);
