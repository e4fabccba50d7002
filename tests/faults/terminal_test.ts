import assert from "node:assert/strict";
import { drip } from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { daemonArgs } from "../e2e/daemon_program.ts";
import { isThere } from "../e2e/disk.ts";
import { awaited, LOG_LINE, rawFileCount, reached, succeeds } from "../e2e/evidence.ts";
import {
  fetchArgs,
  type Program,
  runProgram,
  startProgram,
  type TemporaryDirectory,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { assertStoresTruth } from "../e2e/truth.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 400, minutes: { from: 480, until: 500 } };
/** A tick of the kernel's accounting of CPU time, see proc(5) and sysconf(3). */
const TICKS_PER_SECOND = 100;
const WATCHED_SECONDS = 3;
/** An idle daemon takes almost no time; a spinning one takes a second each second. */
const MOST_CPU_SECONDS = 0.3;

/** util-linux's `script` runs a command in a pseudo terminal of its own. */
const ignore = !(await succeeds("script", ["-qefc", "true", "/dev/null"]));
if (ignore) console.log("there is no script(1): no terminal goes away");

Deno.test({
  name:
    "a daemon whose terminal goes away (SIGHUP, then EIO) goes on: it takes no CPU time while it is idle, works when it " +
    "is asked to, logs each line to its file, and ends with 0",
  ignore,
  fn: async () => {
    await using replica = await startReplica({ days: [DAY], listed: { until: "2026-09-01T08:10" } });
    using folder = temporaryDirectory();
    const log = folder.of("detr.log");
    const args = daemonArgs(replica, folder.path, { more: ["--log-level", "DEBUG", "--log-file", log] });
    await using terminal = startInTerminal(args, folder);
    await reached(terminal, "an idle daemon", () => textOf(log).includes(" - Next cycle at "));
    using daemon = processOf(Number(textOf(folder.of("pid"))));
    await closeTerminal(terminal);

    const before = cpuSecondsOf(daemon.pid);
    await new Promise((resolve) => setTimeout(resolve, WATCHED_SECONDS * 1000));
    const taken = cpuSecondsOf(daemon.pid) - before;
    console.log(`a daemon without its terminal: ${taken.toFixed(2)} s of CPU time in ${WATCHED_SECONDS} s`);
    assert.ok(taken < MOST_CPU_SECONDS, `${taken} s of CPU time`);

    replica.listed.until = null;
    Deno.kill(daemon.pid, "SIGUSR2");
    await awaited(
      "the next cycle",
      () => / - Cycle 2: DETR: 10 files, (.*\n)*.* - Next cycle at /.test(textOf(log)),
    );
    Deno.kill(daemon.pid, "SIGTERM");
    await awaited("the end of the daemon", () => isThere(folder.of("code")));
    assert.equal(textOf(folder.of("code")), "0\n");
    assertLog(textOf(log));
    assert.match(textOf(log), / - stderr cannot be written: Input\/output error .*\n/);
    assert.match(textOf(log), / - Stopping daemon mode for DETR, ended by SIGTERM\n$/);
    assert.equal(await assertStoresTruth(folder.path, replica), 400);
  },
});

for (
  const [command, how] of [
    ["setsid -w", "in a session of its own whose terminal goes away (EIO)"],
    ["nohup", "under nohup whose terminal goes away (SIGHUP)"],
  ]
) {
  Deno.test({
    name: `a fetch ${how} finishes without it: exit 0, all is stored, its log whole`,
    ignore,
    fn: async () => {
      await using replica = await slowReplica();
      using folder = temporaryDirectory();
      const log = folder.of("detr.log");
      const args = [...fetchArgs(replica, folder.path), "--log-file", log];
      await using terminal = startInTerminal(args, folder, command);
      await reached(terminal, "some files", () => rawFileCount(folder.path) >= 3);
      using _fetch = processOf(Number(textOf(folder.of("pid"))));
      await closeTerminal(terminal);
      await awaited("the end of the fetch", () => isThere(folder.of("code")));
      assert.equal(textOf(folder.of("code")), "0\n", textOf(log));
      assertLog(textOf(log));
      assert.match(textOf(log), / - DETR: 20 files fetched, 400 trades added\n/);
      assert.equal(await assertStoresTruth(folder.path, replica), 400);
    },
  });
}

Deno.test({
  name: "a fetch that its terminal takes with it is ended by SIGHUP, and the next one fetches what was left",
  ignore,
  fn: async () => {
    await using replica = await slowReplica();
    using folder = temporaryDirectory();
    await using terminal = startInTerminal(fetchArgs(replica, folder.path), folder);
    await reached(terminal, "some files", () => rawFileCount(folder.path) >= 3);
    using fetch = processOf(Number(textOf(folder.of("pid"))));
    await closeTerminal(terminal);
    await awaited("the end of the fetch", () => !isThere(`/proc/${fetch.pid}/stat`));
    const kept = rawFileCount(folder.path);
    replica.clearFaults();
    const { code, stderr } = await runProgram(fetchArgs(replica, folder.path));
    assert.equal(code, 0, stderr);
    assert.ok(stderr.includes(` - DETR: ${20 - kept} files fetched, 400 trades added`), stderr);
    assert.equal(await assertStoresTruth(folder.path, replica), 400);
  },
});

/** Its files take a while. */
async function slowReplica(): Promise<Replica> {
  const replica = await startReplica({ days: [DAY] });
  replica.inject("storage", drip(500, 100));
  return replica;
}

/**
 * The program in the foreground of a terminal. The shell that leads the terminal's session ends with it; the one
 * between them stays, and leaves the program's `pid` and its exit `code` in files. `under`: a command that runs it.
 */
function startInTerminal(
  args: readonly string[],
  folder: TemporaryDirectory,
  under = "",
): Program {
  const between = folder.of("between.sh");
  Deno.writeTextFileSync(
    between,
    [
      "trap : HUP",
      `${under} sh -c 'echo $$ > "$0" && exec "$@"' ${folder.of("pid")} "$@"`,
      `echo $? > ${folder.of("code.new")} && mv ${folder.of("code.new")} ${folder.of("code")}`,
    ].join("\n"),
  );
  const terminal = ["sh", "-c", `exec script -qefc "sh ${between} $*; true" /dev/null`, "sh"];
  return startProgram(args, { under: terminal, cwd: folder.path, env: { NO_COLOR: "", SHELL: "/bin/sh" } });
}

async function closeTerminal({ child, ended }: Program): Promise<void> {
  child.kill("SIGKILL");
  await ended;
}

/** A process that the test has started through others; disposing it kills it if it still runs. */
function processOf(pid: number): Disposable & { readonly pid: number } {
  assert.ok(pid > 1);
  return {
    pid,
    [Symbol.dispose]() {
      if (isThere(`/proc/${pid}/stat`)) Deno.kill(pid, "SIGKILL");
    },
  };
}

/** In user and in kernel mode, of all threads. */
function cpuSecondsOf(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Fails unless these are whole lines of a log. */
function assertLog(text: string): void {
  for (const line of text.trimEnd().split("\n")) assert.match(line, LOG_LINE);
}

function textOf(path: string): string {
  return isThere(path) ? Deno.readTextFileSync(path) : "";
}
