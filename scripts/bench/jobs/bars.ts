/** `bars.ts DIR DATE`: makes the bars of a minute of a working directory's day, by the program's own code. */
import { PartitionIndex } from "../../../src/derive/partition_index.ts";
import { refreshMinutes } from "../../../src/derive/refresh_minutes.ts";
import { BARS_1M } from "../../../src/store/datasets.ts";
import { Layout } from "../../../src/store/layout.ts";
import { VENUE } from "../raw_day.ts";
import { measure } from "./measured.ts";

const [directory, date] = Deno.args;
const layout = new Layout(directory);
const breathe = () => Promise.resolve();

await measure(async () => {
  const index = new PartitionIndex(layout, VENUE, breathe);
  const { bars } = await refreshMinutes(index, date, { layout, createdBy: "benchmark", breathe });
  return { rows: bars, bytes: Deno.statSync(layout.partition(BARS_1M, VENUE, date)).size };
});
