import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { daemonArgs } from "../e2e/daemon_program.ts";
import { filesBelow, isThere } from "../e2e/disk.ts";
import { assertForeseen, LOG_LINE, reached } from "../e2e/evidence.ts";
import { fetchArgs, type Program, startProgram, temporaryDirectory } from "../e2e/harness.ts";
import { assertStoresTruth } from "../e2e/truth.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 400, minutes: { from: 480, until: 490 } };

/** The descriptors that are closed, and how a shell closes them. */
const CLOSED: Record<string, readonly number[]> = {
  "<&-": [0],
  ">&-": [1],
  "2>&-": [2],
  "<&- >&-": [0, 1],
  "<&- 2>&-": [0, 2],
  ">&- 2>&-": [1, 2],
  "<&- >&- 2>&-": [0, 1, 2],
};

Deno.test("with any of stdin, stdout and stderr closed a fetch exits 0, stores the truth, and no line of its log gets into a data file", async () => {
  await using replica = await startReplica({ days: [DAY] });
  await Promise.all(
    Object.keys(CLOSED).map(async (how) => {
      using folder = temporaryDirectory();
      const args = fetchArgs(replica, folder.of("work"), ["DETR"], "--json", "--log-file", folder.of("log"));
      assertForeseen(await startClosed(how, args).ended, 0);
      assertLogIsAlone(folder.path, folder.of("log"));
      assert.equal(await assertStoresTruth(folder.of("work"), replica), 400, how);
    }),
  );
});

Deno.test("with any of them closed a daemon has /dev/null in their place and none of its own files, fetches, logs to its file, stores the truth, and ends with 0", async () => {
  await using replica = await startReplica({ days: [DAY] });
  await Promise.all(
    Object.entries(CLOSED).map(async ([how, closed]) => {
      using folder = temporaryDirectory();
      const log = folder.of("log");
      const args = daemonArgs(replica, folder.of("work"), {
        more: ["--log-level", "DEBUG", "--log-file", log],
      });
      await using daemon = startClosed(how, args);
      await reached(
        daemon,
        "an idle daemon",
        () => isThere(log) && / - Next cycle /.test(Deno.readTextFileSync(log)),
      );
      const targets = [0, 1, 2].map((fd) => Deno.readLinkSync(`/proc/${daemon.child.pid}/fd/${fd}`));
      for (const fd of closed) assert.equal(targets[fd], "/dev/null", how);
      assert.ok(targets.every((target) => !target.startsWith(folder.path)), `${how}: ${targets}`);
      daemon.child.kill("SIGTERM");
      assertForeseen(await daemon.ended, 0);
      assertLogIsAlone(folder.path, log);
      assert.equal(await assertStoresTruth(folder.of("work"), replica), 400, how);
    }),
  );
});

Deno.test("a reader that closes the pipe after a line, or at once, stops nothing: fetches store the truth, commands exit 0 without a message", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const url = ["--api-url", replica.apiUrl];
  const fetch = (dir: string, ...more: string[]) => fetchArgs(replica, folder.of(dir), ["DETR"], ...more);
  const piped: [how: string, args: string[]][] = [
    ["2>&1 | head -n 1", fetch("one", "--log-level", "DEBUG")],
    ["2>&1 >/dev/null | true", fetch("two", "--log-level", "DEBUG")],
    ["| true", fetch("three", "--json")],
    ["| head -n 1", ["list-files", "DETR", ...url]],
    ["| true", ["list-files", "DETR", "--json", ...url]],
    ["| true", ["status", "DETR", "--wrk-dir", folder.of("one")]],
    ["| true", ["--help"]],
  ];
  for (const [how, args] of piped) {
    const { code, stderr } = await startPiped(how, args).ended;
    assert.equal(code, 0, `${args.join(" ")} ${how}: ${stderr}`);
    assert.doesNotMatch(stderr, /rror/);
  }
  for (const dir of ["one", "two", "three"]) {
    assert.equal(await assertStoresTruth(folder.of(dir), replica), 400);
  }
});

Deno.test("when the reader of a daemon's log closes the pipe, the log file says so once, and the daemon continues", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const log = folder.of("log");
  const more = ["--interval", "0.5s", "--log-file", log];
  await using shell = startPiped("2>&1 | head -n 1", daemonArgs(replica, folder.of("work"), { more }), log);
  const text = () => isThere(log) ? Deno.readTextFileSync(log) : "";
  await reached(shell, "three cycles", () => / - Cycle 3: /.test(text()));
  Deno.kill(Number(Deno.readTextFileSync(`${log}.pid`)), "SIGTERM");
  const { code } = await shell.ended;
  assert.equal(code, 0);
  assert.equal(text().match(/ - stderr cannot be written: Broken pipe/g)?.length, 1);
  assert.match(text(), / - Stopping daemon mode for DETR, ended by SIGTERM\n$/);
  assertLogIsAlone(folder.path, log);
  assert.equal(await assertStoresTruth(folder.of("work"), replica), 400);
});

/** The program with descriptors that a shell has closed. */
function startClosed(how: string, args: readonly string[]): Program {
  return startProgram(args, { under: ["sh", "-c", `exec "$@" ${how}`, "sh"] });
}

/** The program in a pipe of a shell, which exits as the program does, and leaves its PID beside `log`. */
function startPiped(how: string, args: readonly string[], log = ""): Program {
  const [redirections, reader] = how.split("| ").map((part) => part.trim());
  const pid = log === "" ? "" : `echo $BASHPID > ${log}.pid; `;
  const script = `(${pid}exec "$@" ${redirections}) | ${reader}; exit \${PIPESTATUS[0]}`;
  return startProgram(args, { under: ["bash", "-c", script, "bash"] });
}

/** Fails unless the log is whole lines, and no other file has one. */
function assertLogIsAlone(dir: string, log: string): void {
  for (const line of Deno.readTextFileSync(log).trimEnd().split("\n")) assert.match(line, LOG_LINE);
  for (const path of filesBelow(dir).filter((path) => path !== log)) {
    const text = new TextDecoder().decode(Deno.readFileSync(path));
    assert.doesNotMatch(text, / \| (DEBUG|INFO|WARNING|ERROR) +\| /, path);
  }
}
