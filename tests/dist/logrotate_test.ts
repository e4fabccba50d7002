import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { startReplica } from "../../scripts/replica/server.ts";
import { DAY, ended, startDaemon } from "../e2e/daemon_program.ts";
import { reached } from "../e2e/evidence.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../e2e/harness.ts";

const LOGROTATE = "/usr/sbin/logrotate";
const ROUNDS = 8;
const isThere = Deno.uid() === 0 && await Deno.stat(LOGROTATE).then(() => true, () => false);
if (!isThere) console.log("logrotate is not there, or this is not root: no log is rotated by it");

/** The shipped configuration, for logs in a folder of a test. */
function configuration(folder: TemporaryDirectory): string {
  return Deno.readTextFileSync(new URL("../../dist/logrotate/xetra-parqed", import.meta.url))
    .replace("/var/log/xetra/", folder.of("logs/")).replace("su xetra xetra", "su root root");
}

/** Rotates as once a day, now; a `systemctl` of the test reloads the daemon as its unit would. */
async function rotate(folder: TemporaryDirectory, pid: number): Promise<void> {
  const args = ["--force", "--state", folder.of("state"), folder.of("logrotate.conf")];
  const env = { PATH: `${folder.of("bin")}:${Deno.env.get("PATH")}`, DAEMON: `${pid}` };
  const { code, stderr } = await new Deno.Command(LOGROTATE, { args, env }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
}

/** The content of all files of a rotated log, the oldest first. */
function contentOf(log: string): string {
  const parts = Array.from({ length: ROUNDS }, (_, i) => ROUNDS - i).map((n) => {
    if (n === 1) return Deno.readTextFileSync(`${log}.1`); // compressed a round later
    return gunzipSync(Deno.readFileSync(`${log}.${n}.gz`)).toString();
  });
  return parts.join("") + Deno.readTextFileSync(log);
}

Deno.test({
  name: `${ROUNDS} rotations by logrotate while cycles run lose no line, and the daemon goes on`,
  ignore: !isThere,
  fn: async () => {
    await using replica = await startReplica({ days: [DAY] });
    using folder = temporaryDirectory();
    const log = folder.of("logs/xetra-parqed.log");
    Deno.writeTextFileSync(folder.of("logrotate.conf"), configuration(folder), { mode: 0o644 });
    Deno.mkdirSync(folder.of("bin"));
    const systemctl = `#!/bin/sh\necho "$*" >> ${folder.of("calls")}\nkill -HUP $DAEMON\n`;
    Deno.writeTextFileSync(folder.of("bin/systemctl"), systemctl, { mode: 0o755 });
    const more = [
      "--log-file",
      log,
      "--log-level",
      "DEBUG",
      "--log-rotate-size",
      "off",
      "--interval",
      "0.1s",
    ];
    await using daemon = startDaemon(replica, folder.of("data"), more);
    for (let round = 1; round <= ROUNDS; round++) {
      await reached(daemon, "lines in the log", () => sizeOf(log) > 0);
      await rotate(folder, daemon.child.pid);
    }
    await reached(daemon, "a new log", () => sizeOf(log) > 0);
    const { stderr } = await ended(daemon, "SIGTERM");
    assert.equal(contentOf(log), stderr);
    assert.equal(Deno.statSync(log).mode! & 0o777, 0o640);
    const calls = Deno.readTextFileSync(folder.of("calls"));
    assert.equal(calls, "reload xetra-parqed*.service\n".repeat(ROUNDS));
  },
});

/** -1 when it does not exist. */
function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return -1;
  }
}
