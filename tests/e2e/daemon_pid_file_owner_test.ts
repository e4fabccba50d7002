import assert from "node:assert/strict";
import { isThere } from "./disk.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { daemonArgs, DAY } from "./daemon_program.ts";
import { awaited, onlyErrorOf, succeeds } from "./evidence.ts";
import { kill, type Run, runProgram, type TemporaryDirectory, temporaryDirectory } from "./harness.ts";

/** Its id on Debian and most other systems. */
const NOBODY = 65534;
/** The user root without its capabilities, so that modes of others' files apply to it; it has root's npm cache. */
const POWERLESS = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];
const ignore = Deno.uid() !== 0 || !await succeeds("setpriv", ["--version"]);

Deno.test({
  name: "a PID file that another user's process holds, and that may only be read, is refused with 75",
  ignore,
}, async () => {
  using folder = folderOfAll();
  const pidFile = folder.of("xetra.pid");
  const holder = holdAsNobody(pidFile);
  try {
    await written(pidFile);
    const run = await challenge(folder, pidFile);
    assert.equal(
      onlyErrorOf(run, 75),
      `Another instance is already running (PID ${holder.pid}): it holds ${pidFile}`,
    );
    assert.equal(Deno.readTextFileSync(pidFile), `${holder.pid}\n`);
  } finally {
    kill(holder);
    await holder.status;
  }
});

for (
  const [what, mode] of [
    ["may only be read, and is held by nobody,", 0o644],
    ["may not even be read", 0o600],
  ] as const
) {
  Deno.test(
    { name: `another user's PID file that ${what} is refused with 73 and what to do`, ignore },
    async () => {
      using folder = folderOfAll();
      const pidFile = folder.of("xetra.pid");
      Deno.writeTextFileSync(pidFile, "4711\n", { mode });
      Deno.chownSync(pidFile, NOBODY, NOBODY);
      const error = onlyErrorOf(await challenge(folder, pidFile), 73);
      assert.ok(error.startsWith(`cannot write the PID file ${pidFile}: Permission denied`), error);
      assert.match(error, /Change the owner of it and of its folder, or choose another --pid-file$/);
      assert.equal(Deno.readTextFileSync(pidFile), "4711\n");
    },
  );
}

/** A daemon, as a user who is not the owner of the PID file. */
async function challenge(folder: TemporaryDirectory, pidFile: string): Promise<Run> {
  await using replica = await startReplica({ days: [DAY] });
  const args = daemonArgs(replica, folder.of("data"), { more: ["--pid-file", pidFile] });
  const run = await runProgram(args, { under: POWERLESS });
  assert.deepEqual(replica.requests, []);
  return run;
}

/** A process of the user nobody that writes its PID into the file, and holds it. */
function holdAsNobody(pidFile: string): Deno.ChildProcess {
  return new Deno.Command("setpriv", {
    args: [
      ...[`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "sh", "-c"],
      'umask 022; exec 9> "$1"; flock 9; echo $$ >&9; exec sleep 600',
      ...["sh", pidFile],
    ],
    stdin: "null",
  }).spawn();
}

/** Resolves once there is something in the file. */
function written(path: string): Promise<void> {
  return awaited(`something in ${path}`, () => isThere(path) && Deno.statSync(path).size > 0);
}

/** A folder in which every user may make files. */
function folderOfAll(): TemporaryDirectory {
  const folder = temporaryDirectory();
  Deno.chmodSync(folder.path, 0o777);
  return folder;
}
