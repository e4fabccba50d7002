import assert from "node:assert/strict";
import { assertForeseen } from "../../e2e/evidence.ts";
import { runProgram, temporaryDirectory } from "../../e2e/harness.ts";

/** An address where nothing listens: a usage error comes before the first request. */
const NOBODY = "http://127.0.0.1:9/api";

/** What is refused of a daemon's options, and how the message goes on after naming the option. */
const REFUSED: readonly [args: readonly string[], message: string][] = [
  ...["0", "-1", "abc", "1x", "", "0s", "9000"].map((interval): [string[], string] => [
    [`--interval=${interval}`],
    `option '--interval <time>' argument '${interval}' is invalid. an interval is a number of hours such as 1 or ` +
    `0.5, or a time such as 15m, 90s or 1h30m, more than 0 and at most a year; not "${interval}"`,
  ]),
  [
    ["--publish-every", "0m"],
    "option '--publish-every <time>' argument '0m' is invalid. an interval is a number of hours such as 1 or " +
    `0.5, or a time such as 15m, 90s or 1h30m, more than 0 and at most a year; not "0m"`,
  ],
  [
    ["--active-hours", "25:00-26:00"],
    "option '--active-hours <hours>' argument '25:00-26:00' is invalid. active hours \"25:00-26:00\": a time is " +
    "00:00 to 23:59, the second one up to 24:00",
  ],
  ...["08:30", "08:30-", "-18:00", "8-18", "always"].map((hours): [string[], string] => [
    [`--active-hours=${hours}`],
    `option '--active-hours <hours>' argument '${hours}' is invalid. active hours are HH:MM-HH:MM, such as ` +
    `08:30-18:00, not "${hours}"`,
  ]),
  [
    ["--active-hours", "08:30-08:30"],
    "option '--active-hours <hours>' argument '08:30-08:30' is invalid. active hours \"08:30-08:30\" begin and end " +
    "at the same time; 00:00-24:00 means always",
  ],
  [
    ["--schedule", "0 25 * * *"],
    "option '--schedule <cron>' argument '0 25 * * *' is invalid. \"0 25 * * *\" is not a cron expression such as " +
    '"*/15 8-18 * * 1-5": ',
  ],
  [
    ["--schedule", "0 9 31 2 *"],
    "option '--schedule <cron>' argument '0 9 31 2 *' is invalid. the cron expression \"0 9 31 2 *\" names a day " +
    "that no year has",
  ],
  [
    ["--schedule", "@hourly", "--interval", "1"],
    "option '--schedule <cron>' cannot be used with option '--interval <time>'",
  ],
  [
    ["--schedule", "@hourly", "--active-hours", "08:30-18:00"],
    "option '--schedule <cron>' cannot be used with option '--active-hours <hours>'",
  ],
  [["--json"], "option '--daemon' cannot be used with option '--json'"],
  [["--no-store"], "option '--daemon' cannot be used with option '--no-store'"],
  [["--pid-file"], "option '--pid-file <file>' argument missing"],
];

/** A daemon's options, as they would be right with --daemon. */
const FOR_DAEMON_ONLY = [
  ["--interval", "15m"],
  ["--active-hours", "07:00-22:30"],
  ["--schedule", "*/15 8-18 * * 1-5"],
  ["--market-timezone", "Europe/Berlin"],
  ["--skip-non-trading-days"],
  ["--publish-every", "15m"],
  ["--pid-file", "xetra.pid"],
];

Deno.test("a daemon's options are refused without --daemon, with 64 and one line: they would be ignored", async () => {
  using folder = temporaryDirectory();
  const fetch = (...args: string[]) =>
    runProgram(["fetch-trades", "DETR", "--api-url", NOBODY, ...args], { cwd: folder.path });
  const refuse = async (option: string, ...args: string[]) => {
    const run = await fetch(...args);
    assertForeseen(run, 64);
    assert.equal(run.stderr, `error: ${option} is for --daemon; add that, or leave ${option} out\n`);
    assert.equal(run.stdout, "");
  };
  for (const [option, ...value] of FOR_DAEMON_ONLY) await refuse(option, option, ...value);
  await refuse("--interval", "--no-store", "--json", "--pid-file", "x.pid", "--interval", "1");
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
});

Deno.test("invalid options of a daemon are refused with 64 and one line, before anything is created", async () => {
  using folder = temporaryDirectory();
  const queue = REFUSED.values();
  const refusing = async () => {
    for (const [args, message] of queue) {
      const run = await runProgram(["fetch-trades", "DETR", "--api-url", NOBODY, "--daemon", ...args], {
        cwd: folder.path,
      });
      assertForeseen(run, 64);
      assert.ok(run.stderr.startsWith(`error: ${message}`), `${run.stderr}instead of ${message}`);
      assert.match(run.stderr, /^[^\n]+\n$/);
      assert.equal(run.stdout, "");
    }
  };
  await Promise.all([refusing(), refusing(), refusing()]);
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
});
