import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { filesBelow } from "../../e2e/disk.ts";
import {
  MAIN,
  type Run,
  startCommand,
  type TemporaryDirectory,
  temporaryDirectory,
} from "../../e2e/harness.ts";
import { monthPath, storeDay } from "../../e2e/months.ts";

const MONTH = "2026-09";
const QUESTION =
  /not whole: nothing is stored of 2026-09-02.*\. Make the file of 2026-09 from the 1 day with 40 trades of DETR\? \[y\/N\] /;
/** util-linux's `script` runs a command in a pseudo terminal, whose keyboard is its stdin. */
const ignore = !existsSync("/usr/bin/script");

for (
  const [answer, isYes] of [["y", true], ["YES", true], ["n", false], ["", false], ["yeah", false]] as const
) {
  const title = `at a terminal, "${answer}" ${
    isYes ? "makes a month" : "leaves a month alone"
  } that is not whole`;
  Deno.test({ name: title, ignore }, async () => {
    using dir = await partOfAMonth();
    const run = await inTerminal(dir, `${answer}\n`, "--month", MONTH);
    assert.equal(run.code, 0, run.stdout);
    assert.match(run.stdout, QUESTION);
    assert.equal(existsSync(monthPath(dir.path, MONTH)), isYes);
    assert.equal(/2026-09 is not consolidated, as you answered/.test(run.stdout), !isYes);
  });
}

Deno.test(
  { name: "at a terminal nothing is asked with --yes, nor of a month that has not changed", ignore },
  async () => {
    using dir = await partOfAMonth();
    for (const more of [["--yes"], []]) {
      const run = await inTerminal(dir, "", "--month", MONTH, ...more);
      assert.equal(run.code, 0, run.stdout);
      assert.doesNotMatch(run.stdout, /\[y\/N\]/);
    }
    assert.ok(existsSync(monthPath(dir.path, MONTH)));
  },
);

Deno.test({
  name: "each month is asked for on its own",
  ignore,
}, async () => {
  using dir = await partOfAMonth();
  await storeDay(dir.path, "2026-08-03");
  const run = await inTerminal(dir, "n\ny\n", "--all");
  assert.equal(run.code, 0, run.stdout);
  assert.deepEqual(filesBelow(dir.of("data/de/xetra/trades_monthly")), [monthPath(dir.path, MONTH)]);
});

Deno.test(
  { name: "Ctrl-C at the question ends the program with 130, and nothing is made", ignore },
  async () => {
    using dir = await partOfAMonth();
    const run = await inTerminal(dir, "\x03", "--month", MONTH);
    assert.equal(run.code, 130, run.stdout);
    assert.deepEqual(filesBelow(dir.of("data/de/xetra/trades_monthly")), []);
  },
);

/** A working directory with one day of a month that has ended. */
async function partOfAMonth(): Promise<TemporaryDirectory> {
  const dir = temporaryDirectory();
  await storeDay(dir.path, `${MONTH}-01`);
  return dir;
}

/**
 * Runs `consolidate-month DETR` at a terminal where this is typed when it asks; stdout is what the terminal shows.
 */
async function inTerminal(dir: TemporaryDirectory, typed: string, ...more: string[]): Promise<Run> {
  const program = [
    Deno.execPath(),
    "run",
    "-A",
    MAIN,
    "--wrk-dir",
    dir.path,
    "consolidate-month",
    "DETR",
    ...more,
  ];
  const shown = dir.of("shown");
  // Ctrl-C means something only to a program that is there: all wait for the first question.
  const type =
    `for i in $(seq 300); do grep -q '\\[y/N\\]' ${shown} && break; sleep 0.1; done; printf '${typed}'`;
  const keyboard = typed === "" ? "true" : type;
  const command = `{ ${keyboard}; } | script -qefc '${program.join(" ")}' ${shown}`;
  await using terminal = startCommand(["sh", "-c", command], { signal: AbortSignal.timeout(60_000) });
  return await terminal.ended;
}
