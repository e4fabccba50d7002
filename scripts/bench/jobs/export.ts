/** `export.ts DIRECTORY LAKE`: a month of trades into a lake. */
import { LAKE_DATASETS } from "../../../src/derive/lake/exported_datasets.ts";
import { exportMonth } from "../../../src/derive/lake/export_month.ts";
import { LakeLayout } from "../../../src/store/lake_layout.ts";
import { Layout } from "../../../src/store/layout.ts";
import { MONTH, VENUE } from "../raw_day.ts";
import { measure } from "./measured.ts";

const [directory, lake] = Deno.args;

await measure(async () => {
  const tools = {
    layout: new Layout(directory),
    lake: new LakeLayout(lake),
    createdBy: "benchmark",
    breathe: () => Promise.resolve(),
  };
  const { rows, path } = await exportMonth(LAKE_DATASETS.trades, VENUE, MONTH, tools);
  return { rows, bytes: Deno.statSync(path).size };
});
