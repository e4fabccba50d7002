import assert from "node:assert/strict";
import { closing, heard, upToDate } from "../e2e/daemon_program.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { checkoutOf } from "../e2e/checkout.ts";
import { logOf } from "../e2e/evidence.ts";
import { fetchArgs, type Program, startProgram, temporaryDirectory } from "../e2e/harness.ts";
import { holderOf } from "../../src/daemon/pid_file.ts";
import { Home } from "./portable.ts";

const MORE = ["--daemon", "--active-hours", "00:00-24:00"];

/**
 * Runs a daemon to its first cycle, removes its program, and requests another cycle; returns the daemon's last line.
 */
async function dies(
  start: (args: string[], dir: string) => Program,
  takeAway: () => void,
): Promise<string> {
  const day = upToDate("DETR");
  await using replica = await startReplica({ days: [day], files: closing(day) });
  using folder = temporaryDirectory();
  Deno.chmodSync(folder.path, 0o777);
  await using daemon = start(fetchArgs(replica, folder.of("data"), ["DETR"], ...MORE), folder.path);
  await heard(daemon, / - Cycle 1: DETR: \d+ files?, /);
  takeAway();
  daemon.child.kill("SIGUSR2");
  const run = await daemon.ended;
  assert.equal(run.code, 73);
  assert.equal(holderOf(folder.of("data/.xetra-parqed/daemon-DETR.lock")), null);
  return logOf(run).at(-1)!;
}

Deno.test("a portable daemon whose cache was deleted ends with 73 before its next cycle, and the next start unpacks again", async () => {
  using home = new Home();
  const cache = home.of(".cache/xetra-parqed");
  const said = await dies((args) => home.start(args), () => Deno.removeSync(cache, { recursive: true }));
  assert.match(
    said,
    /^ERROR \/.*\/app\/\S+\.js(?:\.map)? was deleted or replaced while it ran\. This daemon stops so that it can be restarted$/,
  );
  assert.equal((await home.run(["--version"])).code, 0);
});

Deno.test("a daemon ends with 73 when the sources that it runs from were replaced", async () => {
  using checkout = checkoutOf("main.ts");
  const start = (args: string[]) => startProgram(args, { main: checkout.of("main.ts"), cwd: checkout.path });
  const replaced = await dies(
    start,
    () => Deno.writeTextFileSync(checkout.of("src/cli/version.ts"), "// newer\n", { append: true }),
  );
  assert.match(replaced, /^ERROR \/.*\/src\/cli\/version\.ts was deleted or replaced/);
});

Deno.test("a cycle whose thread cannot load the program does not count as failed: it ends the daemon", async () => {
  using checkout = checkoutOf("main.ts");
  const main = checkout.of("main.ts");
  Deno.writeTextFileSync(
    main,
    `import { doInThread } from "./src/cli/daemon/cycle_thread.ts";
     import { systemClock } from "./src/system/system_clock.ts";
     Deno.removeSync("${main}");
     const work = { stop: new AbortController().signal, progress: () => {} };
     await doInThread("cycle", work, systemClock, []).catch((error) => console.log(String(error)));`,
  );
  await using program = startProgram([], { main });
  const { stdout, stderr } = await program.ended;
  assert.match(stdout, /^CannotGoOn: the program cannot be loaded any more: .*main\.ts/, stderr);
});
