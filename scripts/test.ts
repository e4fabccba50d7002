/**
 * `deno task test`: everything that must hold. Ends with a line `N passed, N failed, N skipped`, counted by the
 * test runner; fails when a check or a test fails, or when no test ran. Arguments choose test files.
 */
import $ from "@david/dax";
import { noProxyHere } from "./no_proxy.ts";

const CODE = ["main.ts", "src", "scripts", "tests"];
const root = $.path(import.meta.dirname!).parentOrThrow();
/** Beside the others: the faults wait more than they work, and other programs as readers may have to be installed. */
const BESIDE = ["tests/faults", "tests/readers"];
/** What runs at the same time. What the second does is printed when the first is done. */
const LANES = Deno.args.length > 0 ? [Deno.args] : [["tests", `--ignore=${BESIDE}`], BESIDE];

let failedChecks = 0;
for (
  const [name, args] of Object.entries({ fmt: ["fmt", "--check"], lint: ["lint"], check: ["check", ...CODE] })
) {
  const { code } = await $`deno ${args} --quiet`.cwd(root).noThrow();
  console.log(`${name}: ${code === 0 ? "ok" : "FAILED"}`);
  if (code !== 0) failedChecks++;
}
const lanes = await Promise.all(LANES.map(runLane));
for (const { output } of lanes) console.log(output);

const sum = (of: keyof Counts) => lanes.reduce((total, { counts }) => total + counts[of], 0);
const [tests, failures, skipped] = [sum("tests"), sum("failures"), sum("skipped")];
console.log(`${tests - failures - skipped} passed, ${failures} failed, ${skipped} skipped`);
const ok = lanes.every(({ code }) => code === 0) && failedChecks === 0 && tests > skipped;
Deno.exit(ok ? 0 : 1);

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly skipped: number;
}

/** Runs tests; the first lane's output is seen while it runs. */
async function runLane(
  files: string[],
  lane: number,
): Promise<{ code: number; output: string; counts: Counts }> {
  const results = $.path(await Deno.makeTempFile({ suffix: ".xml" }));
  const run = $`deno test --allow-all --no-check --junit-path=${results} ${files}`.cwd(root)
    .env({ NO_PROXY: noProxyHere(Deno.env.toObject()) }).noThrow();
  const { code, combined } = lane === 0
    ? { code: await run.code(), combined: "" }
    : await run.captureCombined();
  const counts = countsOf(await results.readText());
  await results.remove();
  return { code, output: combined, counts };
}

/** Of a JUnit report; none when the runner did not come to write it. */
function countsOf(report: string): Counts {
  const total = /<testsuites [^>]*tests="(\d+)"[^>]*failures="(\d+)"[^>]*errors="(\d+)"/.exec(report);
  const [tests, failures, errors] = (total ?? []).slice(1).map(Number);
  const skipped = [...report.matchAll(/<skipped\b/g)].length;
  return { tests: tests ?? 0, failures: (failures ?? 0) + (errors ?? 0), skipped };
}
