/** `look_after.ts DIR VENUES`: what a daemon does for these venues once a day, but for what is done once for all. */
import { wire } from "../../../src/cli/wiring.ts";
import { lookAfter } from "../../../src/collect/maintain/maintenance.ts";
import { systemClock } from "../../../src/system/system_clock.ts";
import { measure } from "./measured.ts";

const MILLIS_PER_DAY = 86_400_000;
const [wrkDir, ...venues] = Deno.args;

await lookAfterAll(0);
await measure(async () => {
  await lookAfterAll(1);
  return { rows: 0, bytes: 0 };
});

async function lookAfterAll(days: number): Promise<void> {
  const clock = { ...systemClock, now: () => systemClock.now() + days * MILLIS_PER_DAY };
  const tools = { ...wire({ wrkDir }), clock };
  for (const venue of venues) await lookAfter(venue, tools, new AbortController().signal);
}
