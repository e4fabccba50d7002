import assert from "node:assert/strict";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { busy } from "../busy.ts";
import { assertForeseen, jsonOf } from "../e2e/evidence.ts";
import { fetchArgs, runProgram, temporaryDirectory } from "../e2e/harness.ts";
import { assertStoresTruth } from "../e2e/truth.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 90, minutes: { from: 480, until: 483 } };
const GENEROUS_MILLIS = 60_000;

/** What a refusal may say about when to try again. */
const RETRY_AFTER: Readonly<Record<string, () => Record<string, string>>> = {
  "seconds": () => ({ "retry-after": "1" }),
  "a date": () => ({ "retry-after": new Date(Date.now() + 1000).toUTCString() }),
  "a date of the past": () => ({ "retry-after": "Tue, 01 Sep 2026 08:00:00 GMT" }),
  "zero": () => ({ "retry-after": "0" }),
  "less than nothing": () => ({ "retry-after": "-86400" }),
  "thirty thousand years": () => ({ "retry-after": "999999999999" }),
  "a date of the year 9999": () => ({ "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }),
  "nonsense": () => ({ "retry-after": "soon, 5 minutes" }),
  "an empty header": () => ({ "retry-after": "" }),
  "nothing": () => ({}),
};

Deno.test("after each 429 the program waits for one window, whatever Retry-After says, and after five it gives up for this run", async () => {
  await Promise.all(
    Object.entries(RETRY_AFTER).map(async ([what, headers]) => {
      await using replica = await startReplica({ days: [DAY] });
      using folder = temporaryDirectory();
      replica.inject("download", fault.status(429, headers()));
      const run = await runProgram(fetchArgs(replica, folder.path, ["DETR"], "--json"));
      assertForeseen(run, 3);
      const [{ pending }] = jsonOf<{ venues: { pending: Record<string, { reason: string }> }[] }>(run).venues;
      const reasons = Object.values(pending).map(({ reason }) => reason);
      assert.deepEqual(reasons, Array(3).fill("refused 5 times (429)"), what);
      for (const file of Object.keys(pending)) {
        const times = replica.requests.filter(({ name }) => name === file).map(({ at }) => at);
        assert.equal(times.length, 5, what);
        // The window of this quota is a second; answers that come late are refused in the same.
        assert.ok(times[4] - times[0] > 2_000, `${what}: within ${times[4] - times[0]} ms`);
      }
      assert.ok(run.millis < busy() * GENEROUS_MILLIS, `${what}: ${run.millis} ms`);
      replica.clearFaults();
      assertForeseen(await runProgram(fetchArgs(replica, folder.path)), 0);
      await assertStoresTruth(folder.path, replica);
    }),
  );
});
