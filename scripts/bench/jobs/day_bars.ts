/** `day_bars.ts DIR`: makes the bars of a day of a working directory's month, by the program's own code. */
import { DayFiles } from "../../../src/derive/days/day_files.ts";
import { refreshMonth } from "../../../src/derive/days/refresh_month.ts";
import { PartitionIndex } from "../../../src/derive/partition_index.ts";
import { Layout } from "../../../src/store/layout.ts";
import { MONTH, VENUE } from "../raw_day.ts";
import { measure } from "./measured.ts";

const layout = new Layout(Deno.args[0]);
const breathe = () => Promise.resolve();

await measure(async () => {
  const files = new DayFiles(new PartitionIndex(layout, VENUE, breathe));
  const { bars } = await refreshMonth(files, MONTH, { layout, createdBy: "benchmark", breathe });
  return { rows: bars, bytes: Deno.statSync(files.path(MONTH)).size };
});
