import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { Script } from "../daemon/process.ts";
import { DAY, ended, heard, linesOf } from "../e2e/daemon_program.ts";
import { fetchArgs, startCommand, temporaryDirectory } from "../e2e/harness.ts";
import { Home } from "./portable.ts";
import { LAUNCHER } from "./unit.ts";

/**
 * Where service managers other than the system's systemd listen: a user's, podman, an abstract name. All are
 * stand-ins.
 */
const SOCKETS: Record<string, (folder: string) => string> = {
  "at a path of a user": (folder) => `${folder}/notify`,
  "at an abstract name": () => `@xetra-parqed-test-${crypto.randomUUID()}`,
};

for (const [place, socketIn] of Object.entries(SOCKETS)) {
  Deno.test(`a service manager that listens ${place} gets no messages, one WARNING says what its unit needs, and the daemon works`, async () => {
    await using replica = await startReplica({ days: [DAY] });
    using folder = temporaryDirectory();
    using home = new Home();
    const socket = socketIn(folder.path);
    await using listener = new Script("listen_notify.ts", [socket], {}, ["-A", "--unstable-net"]);
    assert.equal(await listener.line(), "listening");
    if (!socket.startsWith("@")) Deno.chmodSync(folder.path, 0o755);
    const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "400000" };
    const daemon = (dir: string) =>
      fetchArgs(replica, dir, ["DETR"], "--daemon", "--active-hours", "00:00-24:00");
    for (
      const command of [
        [LAUNCHER, ...daemon(folder.of("data"))],
        home.command(daemon(home.of("data")), env),
      ]
    ) {
      await using program = startCommand(command, { env });
      await heard(program, / - Cycle 1: DETR: 10 files, 400 trades/);
      const run = await ended(program, "SIGTERM");
      assert.deepEqual(linesOf(run, "WARNING"), [
        `The service manager at ${socket} gets no word from the daemon: the program has no permission for this ` +
        "socket. It works anyway; let its unit say Type=exec, and no WatchdogSec",
      ]);
    }
  });
}
