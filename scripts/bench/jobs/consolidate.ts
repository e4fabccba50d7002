/** `consolidate.ts DIR`: makes the month file of a working directory's days, by the program's own code. */
import { systemClock } from "../../../src/system/system_clock.ts";
import { consolidate } from "../../../src/collect/maintain/consolidate.ts";
import { TRADES_BY_MONTH } from "../../../src/store/datasets.ts";
import { Layout } from "../../../src/store/layout.ts";
import { MONTH, VENUE } from "../raw_day.ts";
import { measure } from "./measured.ts";

const layout = new Layout(Deno.args[0]);

await measure(async () => {
  const tools = {
    layout,
    clock: systemClock,
    createdBy: "benchmark",
    isTradingDay: () => false,
    onProgress: () => {},
  };
  const [month] = await consolidate(VENUE, [MONTH], () => true, tools, new AbortController().signal);
  if (month.kind !== "consolidated") throw new Error(`${layout.workingDirectory}: ${JSON.stringify(month)}`);
  return {
    rows: month.stored!.rows,
    bytes: Deno.statSync(layout.partition(TRADES_BY_MONTH, VENUE, MONTH)).size,
  };
});
