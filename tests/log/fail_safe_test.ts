import assert from "node:assert/strict";
import { FailSafe } from "../../src/log/fail_safe.ts";

function failing() {
  const state = { full: false, lines: [] as string[], failures: [] as unknown[] };
  const output = new FailSafe((_, line) => {
    if (state.full) throw new Error("full");
    state.lines.push(line);
  }, {
    failed: (error) => state.failures.push((error as Error).message),
    resumed: (missed) => `${missed} missed`,
  });
  return { state, output };
}

Deno.test("an output that fails is reported once, and its lines are counted", () => {
  const { state, output } = failing();
  output.write("INFO", "a");
  state.full = true;
  output.write("INFO", "b");
  output.write("INFO", "c");
  assert.deepEqual([state.lines, state.failures, output.dropped], [["a"], ["full"], 2]);
});

Deno.test("an output that works again begins with the number of lines lost, each time", () => {
  const { state, output } = failing();
  for (const line of ["a", "b"]) {
    state.full = true;
    output.write("INFO", "lost");
    state.full = false;
    output.write("INFO", line);
    output.write("INFO", `${line} again`);
  }
  assert.deepEqual(state.lines, ["1 missed", "a", "a again", "1 missed", "b", "b again"]);
  assert.deepEqual([state.failures, output.dropped], [["full", "full"], 2]);
});
