import type { BarBatches } from "./bar_batches.ts";
import { newMinuteMaker } from "./kernel/minute_maker.ts";
import { KernelMinutes } from "./kernel_minutes.ts";
import { MinuteBatches } from "./minute_bars.ts";
import type { TradeColumns } from "./trade_columns.ts";

/** Makes bars of a minute the fastest way of this machine: in WebAssembly, or in TypeScript where that is missing. */
export function fastestMinutes(hasTurnover: boolean): BarBatches<TradeColumns> {
  const maker = newMinuteMaker();
  return maker === null ? new MinuteBatches(hasTurnover) : new KernelMinutes(maker, hasTurnover);
}
