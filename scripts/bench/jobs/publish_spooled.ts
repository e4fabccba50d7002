import { systemClock } from "../../../src/system/system_clock.ts";
import { Inventory } from "../../../src/collect/inventory.ts";
import { Pace } from "../../../src/collect/pace.ts";
import { publishMinutes } from "../../../src/collect/publish/publish.ts";
import { TRADES_BY_DAY } from "../../../src/store/datasets.ts";
import { Layout } from "../../../src/store/layout.ts";
import { Spool } from "../../../src/store/spool/spool.ts";
import { VENUE } from "../raw_day.ts";
import type { Amount } from "./measured.ts";

/** Publishes what waits in the spool of a working directory, by the program's own code. */
export async function publishSpooled(directory: string, date: string): Promise<Amount> {
  const layout = new Layout(directory);
  const publisher = {
    spool: new Spool(layout, VENUE),
    createdBy: "benchmark",
    pace: new Pace(systemClock, new AbortController().signal, () => {}),
  };
  const { waiting } = await new Inventory(layout, VENUE).of(date);
  const findings = await publishMinutes(publisher, date, waiting);
  const stored = findings.find(({ kind }) => kind === "stored");
  if (stored?.kind !== "stored") throw new Error(`nothing was stored in ${layout.workingDirectory}`);
  return { rows: stored.rows, bytes: Deno.statSync(layout.partition(TRADES_BY_DAY, VENUE, date)).size };
}
