/**
 * `deno task test`: everything that must hold. Ends with a line `N passed, N failed, N skipped`, counted by the
 * test runner; fails when a check or a test fails, or when no test ran. Arguments choose test files.
 */
import $ from "@david/dax";

const CODE = ["main.ts", "src", "scripts", "tests"];
const root = $.path(import.meta.dirname!).parentOrThrow();
const results = $.path(await Deno.makeTempFile({ suffix: ".xml" }));
const chosen = Deno.args.length > 0 ? Deno.args : ["tests"];

let failedChecks = 0;
for (
  const [name, args] of Object.entries({ fmt: ["fmt", "--check"], lint: ["lint"], check: ["check", ...CODE] })
) {
  const { code } = await $`deno ${args} --quiet`.cwd(root).noThrow();
  console.log(`${name}: ${code === 0 ? "ok" : "FAILED"}`);
  if (code !== 0) failedChecks++;
}
const { code } = await $`deno test --allow-all --no-check --junit-path=${results} ${chosen}`.cwd(root)
  .noThrow();

const [tests, failures, skipped] = countsOf(await results.readText());
await results.remove();
console.log(`${tests - failures - skipped} passed, ${failures} failed, ${skipped} skipped`);
const ok = code === 0 && failedChecks === 0 && tests > skipped;
Deno.exit(ok ? 0 : 1);

/** Tests, failures and skipped ones of a JUnit report. */
function countsOf(report: string): [number, number, number] {
  const total = /<testsuites [^>]*tests="(\d+)"[^>]*failures="(\d+)"[^>]*errors="(\d+)"/.exec(report);
  const skipped = [...report.matchAll(/<skipped\b/g)].length;
  const [tests, failures, errors] = (total ?? []).slice(1).map(Number);
  return [tests ?? 0, (failures ?? 0) + (errors ?? 0), skipped];
}
