import assert from "node:assert/strict";
import { conclude } from "../../src/cli/conclude.ts";
import { wire } from "../../src/cli/wiring.ts";
import { type Fetching, fetchVenue } from "../../src/collect/fetch_venue.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { REPORT } from "./cycle_report.ts";

/** A cycle that succeeds, and the work that follows it. */
function fetching(afterwards: Fetching["afterwards"]): Fetching {
  const cycle = () => Promise.resolve(REPORT);
  return { patienceMillis: 0, version: "1.0.0", conclude, cycle, afterwards };
}

Deno.test("a failure of the work after a cycle does not make the cycle fail", async () => {
  using dir = temporaryDirectory();
  const tools = wire({ wrkDir: dir.path }, null);
  const failing = fetching(() => Promise.reject(new Error("Input/output error (os error 5)")));
  const { report, error, exitCode } = await fetchVenue("DETR", tools, failing, new AbortController().signal);
  assert.deepEqual({ report, error, exitCode }, { report: REPORT, error: null, exitCode: 0 });
});

Deno.test("the work after a cycle ends with the signal's reason when it is interrupted", async () => {
  using dir = temporaryDirectory();
  const tools = wire({ wrkDir: dir.path }, null);
  const stop = new AbortController();
  const stopped = fetching(() => {
    stop.abort(new Error("stopped"));
    return Promise.reject(new Error("what it was doing"));
  });
  await assert.rejects(fetchVenue("DETR", tools, stopped, stop.signal), /stopped/);
});
