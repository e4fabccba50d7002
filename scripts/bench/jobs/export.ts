/** `export.ts DIRECTORY LAKE`: a month of trades into a lake. */
import { LAKE_DATASETS } from "../../../src/derive/lake/exported_datasets.ts";
import { exportPeriod } from "../../../src/derive/lake/export_period.ts";
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
  const exported = await exportPeriod(LAKE_DATASETS.trades, VENUE, MONTH, tools);
  if (exported.kind !== "written") throw new Error(`${directory} has no trades to export`);
  return { rows: exported.rows, bytes: Deno.statSync(exported.path).size };
});
