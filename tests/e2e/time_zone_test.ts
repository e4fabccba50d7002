import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { DAY } from "./daemon_program.ts";
import { assertForeseen } from "./evidence.ts";
import { fetchArgs, runProgram, temporaryDirectory } from "./harness.ts";

/** What TZ may hold, and which zone the log is in then: the C library takes the last one as UTC. */
const ZONES: Record<string, string> = {
  "": "UTC",
  ":": "UTC",
  "Europe/Berlin": "Europe/Berlin",
  ":Asia/Kolkata": "Asia/Kolkata",
  "Nowhere/Known": "UTC",
};

Deno.test("the log is in the zone that TZ names, and in UTC when it names none", async () => {
  await using replica = await startReplica({ days: [DAY] });
  for (const [TZ, zone] of Object.entries(ZONES)) {
    using folder = temporaryDirectory();
    const before = wallClock(zone);
    const run = await runProgram(fetchArgs(replica, folder.path), { env: { TZ } });
    assertForeseen(run, 0);
    const after = wallClock(zone);
    const [first, last] = [run.stderr, run.stderr.trimEnd().split("\n").at(-1)!].map((text) =>
      text.slice(0, 23)
    );
    const inOrder = [before, first, last, after];
    assert.deepEqual(inOrder, inOrder.toSorted(), TZ);
  }
});

/** The wall clock of a zone, as the log writes it. */
function wallClock(zone: string): string {
  return Temporal.Now.plainDateTimeISO(zone).toString({ fractionalSecondDigits: 3 }).replace("T", " ");
}
