import assert from "node:assert/strict";
import { sumOf, textOf } from "../../scripts/test/counts.ts";
import { CHECKS, type Job, testJobs } from "../../scripts/test/jobs.ts";
import { type Result, runInLanes } from "../../scripts/test/lanes.ts";
import { temporaryDirectory } from "../e2e/harness.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/** Files of tests that end in every way that there is. */
const FILES = {
  "good_test.ts": `Deno.test("one", () => {}); Deno.test("two", () => {});`,
  "bad_test.ts": `Deno.test("good", () => {}); Deno.test("bad", () => { throw new Error("it is bad"); });`,
  "left_out_test.ts": `Deno.test({ name: "elsewhere", ignore: true, fn() {} });`,
  "broken_test.ts": `throw new Error("it cannot be loaded");`,
  "below/more_test.ts": `Deno.test("more", () => {});`,
  "below/no_tests.ts": `throw new Error("it is never run");`,
};

Deno.test("each file of tests is run once, with what it says and what it costs, and all its tests are counted", async () => {
  const results = await resultsOf(["."]);
  assert.deepEqual(results.map(({ job, ok, counts }) => [job.name, ok, textOf(counts)]).sort(), [
    ["bad_test.ts", false, "1 passed, 1 failed, 0 skipped"],
    ["below/more_test.ts", true, "1 passed, 0 failed, 0 skipped"],
    ["broken_test.ts", false, "0 passed, 1 failed, 0 skipped"],
    ["good_test.ts", true, "2 passed, 0 failed, 0 skipped"],
    ["left_out_test.ts", true, "0 passed, 0 failed, 1 skipped"],
  ]);
  assert.deepEqual(sumOf(results.map(({ counts }) => counts)), { passed: 4, failed: 2, skipped: 1 });
  assert.match(results.find(({ job }) => job.name === "bad_test.ts")!.output, /it is bad/);
});

Deno.test("each file's processor time is its own, with that of what it starts, and nothing of the lane beside it", async () => {
  const busy = `while (process.cpuUsage().user < 600_000);`;
  using folder = folderOfTests({
    "a_test.ts": `import process from "node:process"; Deno.test("busy", () => { ${busy} });`,
    "b_test.ts": `const args = ["eval", ${JSON.stringify(busy)}];
      Deno.test("waits", async () => void await new Deno.Command(Deno.execPath(), { args }).output());`,
    "c_test.ts": `Deno.test("sleeps", () => new Promise((wake) => setTimeout(wake, 1000)));`,
  });
  const results = await runInLanes(folder.path, testJobs(folder.path, ["."]), 3, {
    started() {},
    ended() {},
  });
  const [a, b, c] = ["a", "b", "c"].map((name) =>
    results.find(({ job }) => job.name === `${name}_test.ts`)!.cpuSeconds
  );
  // Deno itself takes a while to start, which is longer on a slow machine.
  assert.ok(a - c > 0.4 && b - c > 0.4, `${a}, ${b}, ${c}`);
});

Deno.test("a file that is named twice, by itself and by its folder, is run once; a path with nothing is an error", () => {
  using folder = folderOfTests();
  assert.deepEqual(namesOf(folder.path, ["below", "below/more_test.ts"]), ["below/more_test.ts"]);
  assert.throws(() => testJobs(folder.path, ["nowhere"]), Deno.errors.NotFound);
});

Deno.test("every file of tests of the checkout is run, what takes long first and last, what waits more than it works first", () => {
  const names = namesOf(ROOT, ["tests"]);
  assert.ok(names.includes("tests/scripts/test_runner_test.ts"));
  assert.ok(names.length > 100 && names[0].startsWith("tests/readers/"), names[0]);
  assert.ok(names.at(-1)!.startsWith("tests/e2e/"), names.at(-1));
  const middle = names[names.findLastIndex((name) => name.startsWith("tests/browser/")) + 1];
  assert.ok(middle.startsWith("tests/cli/"), middle);
  assert.deepEqual(CHECKS.map(({ name }) => name), ["fmt", "lint", "types"]);
});

async function resultsOf(paths: readonly string[]): Promise<Result[]> {
  using folder = folderOfTests();
  const told: Result[] = [], running = new Set<Job>();
  const results = await runInLanes(folder.path, testJobs(folder.path, paths), 2, {
    started: (job) => void running.add(job),
    ended(result) {
      assert.ok(running.delete(result.job) && running.size < 2, "one beside it at the most");
      told.push(result);
    },
  });
  assert.deepEqual(told, results);
  return results;
}

function namesOf(root: string, paths: readonly string[]): string[] {
  return testJobs(root, paths).map(({ name }) => name);
}

function folderOfTests(files: Readonly<Record<string, string>> = FILES) {
  const folder = temporaryDirectory();
  Deno.mkdirSync(folder.of("below"));
  for (const [name, text] of Object.entries(files)) Deno.writeTextFileSync(folder.of(name), text);
  return folder;
}
