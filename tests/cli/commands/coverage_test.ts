import assert from "node:assert/strict";
import { dirname } from "node:path";
import { startReplica } from "../../../scripts/replica/server.ts";
import { heatMap } from "../../../src/cli/terminal/heat_map.ts";
import { assertForeseen, jsonOf, treeOf } from "../../e2e/evidence.ts";
import { fetchArgs, partitionPath, runProgram, temporaryDirectory } from "../../e2e/harness.ts";
import { hasTerminal, inTerminal, shown } from "../terminal/in_terminal.ts";

const DAYS = ["2026-09-01", "2026-09-02", "2026-09-03"].map((date) => ({ venue: "DETR", date, trades: 60 }));

interface Document {
  readonly venues: readonly {
    readonly venue: string;
    readonly days: readonly Record<"date" | "state" | "closes", string | null>[];
  }[];
}

Deno.test("coverage finds what is missing, shows it in its exit code, in JSON and on the calendar, and changes nothing", async () => {
  await using replica = await startReplica({ days: DAYS, daily: true });
  using folder = temporaryDirectory();
  assertForeseen(await runProgram(fetchArgs(replica, folder.path)), 0);
  const ask = (...args: string[]) =>
    runProgram(["coverage", "DETR", "--wrk-dir", folder.path, "--to", "2026-09-04", ...args]);
  const states = async (...args: string[]) =>
    jsonOf<Document>(await ask("--json", ...args)).venues[0].days.map(({ date, state }) =>
      `${date} ${state}`
    );
  assert.deepEqual(await states(), [
    ...["2026-09-01 whole", "2026-09-02 whole", "2026-09-03 whole", "2026-09-04 absent"],
  ]);
  assertForeseen(await ask("--to", "2026-09-03"), 0);

  Deno.removeSync(dirname(partitionPath(folder.path, "DETR", "2026-09-02")), { recursive: true });
  Deno.removeSync(`${folder.path}/data/de/xetra/raw/venue=DETR/year=2026/month=09/day=02`, {
    recursive: true,
  });
  Deno.truncateSync(partitionPath(folder.path, "DETR", "2026-09-03"), 400);
  const before = treeOf(folder.path);
  const run = await ask();
  assertForeseen(run, 65);
  const [first, ...lines] = run.stdout.split("\n");
  assert.equal(first, "DETR: 4 trading days, 2026-09-01 to 2026-09-04: 1 whole, 2 absent, 1 damaged");
  assert.match(lines[1], /^2026-09 {2}W A D A · · /);
  assert.match(run.stdout, /^2026-09-02 {2}absent {3,}1,261 /m);
  assert.deepEqual(treeOf(folder.path), before);
  assertForeseen(await ask("--to", "2026-09-02"), 3);
});

Deno.test({
  name: "on a terminal the calendar is a heat map, and with NO_COLOR the same letters",
  ignore: !hasTerminal,
  async fn() {
    using folder = temporaryDirectory();
    const args = ["coverage", "DETR", "--wrk-dir", folder.path, "--from", "2026-09-01", "--to", "2026-09-02"];
    const calendar = async (env: Record<string, string>) => {
      const { stdout } = await runProgram(args, { under: inTerminal("stty cols 100"), env });
      return shown(stdout).split("\n").find((line) => line.startsWith("2026-09 "))!;
    };
    const absent = "‹38;5;15;48;5;124mA ‹0m";
    const rest = Array(28).fill("·").join(" ");
    assert.equal(await calendar({ NO_COLOR: "" }), `2026-09  ${absent}${absent}${rest}`);
    assert.equal(await calendar({ NO_COLOR: "1" }), `2026-09  A A ${rest}`);
  },
});

Deno.test("coverage of a year's end leaves out 24, 25, 26 and 31 December, and says that 30 December ends early", async () => {
  using folder = temporaryDirectory();
  const range = ["--from", "2025-12-22", "--to", "2026-01-02"];
  const ask = (venue: string, ...more: string[]) =>
    runProgram(["coverage", venue, "--wrk-dir", folder.path, ...range, ...more]);
  const { venues: [{ days }] } = jsonOf<Document>(await ask("DETR", "--json"));
  assert.deepEqual(days.map(({ date, closes }) => [date, closes]), [
    ["2025-12-22", null],
    ["2025-12-23", null],
    ["2025-12-29", null],
    ["2025-12-30", "14:00"],
    ["2026-01-02", null],
  ]);
  assert.match((await ask("DGAT")).stdout, /^2025-12-30 {2}absent .* ends at 14:00$/m);
  assert.doesNotMatch((await ask("DEUR")).stdout, /ends at/);
});

Deno.test("coverage takes a month, or two dates in order, and says where nothing is stored", async () => {
  using folder = temporaryDirectory();
  const ask = (...args: string[]) =>
    runProgram(["coverage", "DETR", "DFRA", "--wrk-dir", folder.path, ...args]);
  const nothing = await ask();
  assertForeseen(nothing, 3);
  assert.equal(nothing.stdout, "DETR: nothing is stored\nDFRA: nothing is stored\n");
  assertForeseen(await ask("--to", "2026-09-01"), 3);
  assertForeseen(await ask("--from", "2026-08-29", "--to", "2026-08-30"), 0); // a weekend
  const month = await ask("--month", "2026-09");
  assertForeseen(month, 3);
  assert.match(month.stdout, /^DFRA: 22 trading days, 2026-09-01 to 2026-09-30: 22 absent$/m);
  for (
    const [args, message] of [
      [["--month", "2026-09", "--to", "2026-09-03"], /cannot be used with option '--month/],
      [["--from", "2026-09-03", "--to", "2026-09-01"], /--from is after --to/],
    ] as const
  ) {
    const run = await ask(...args);
    assert.equal(run.code, 64);
    assert.match(run.stderr, message);
  }
});

Deno.test("coverage says of a weekend and of the future that there was no trading day, not that nothing is stored", async () => {
  using folder = temporaryDirectory();
  const ask = (...range: string[]) => runProgram(["coverage", "DETR", "--wrk-dir", folder.path, ...range]);
  const none = "DETR: there has been no trading day from";
  for (
    const [range, code, text] of [
      [["--from", "2026-09-05", "--to", "2026-09-06"], 0, `${none} 2026-09-05 to 2026-09-06\n`],
      [["--month", "2090-02"], 0, `${none} 2090-02-01 to 2090-02-28\n`],
      [["--from", "2090-02-01"], 0, `${none} 2090-02-01 on\n`],
      [["--to", "2026-09-06"], 3, "DETR: nothing is stored until 2026-09-06\n"],
    ] as const
  ) {
    const run = await ask(...range);
    assert.deepEqual([run.code, run.stdout], [code, text]);
  }
});

Deno.test("a calendar has a row per month and a column per day, is 71 characters wide, and uses letters where there is no colour", () => {
  const days = new Map([
    ["2026-01-30", { letter: "W", background: 28 }],
    ["2026-03-02", { letter: "A", background: 124 }],
  ]);
  const rows = heatMap(days, false);
  assert.deepEqual(rows.map((row) => row.slice(0, 9).trim()), ["", "2026-01", "2026-02", "2026-03"]);
  assert.ok(rows.every((row) => row.length <= 71));
  assert.equal(rows[1].indexOf("W"), 9 + 29 * 2);
  assert.equal(rows[0].indexOf("30"), 9 + 29 * 2);
  assert.equal([...rows[2].slice(9).replaceAll(" ", "")].length, 28);
  assert.ok(heatMap(days, true)[3].includes("\x1b[38;5;15;48;5;124mA \x1b[0m"));
  assert.deepEqual(heatMap(new Map(), true), []);
});
