import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { filesBelow } from "./disk.ts";
import { logOf } from "./evidence.ts";
import { fetchArgs, runProgram, temporaryDirectory } from "./harness.ts";
import { MORNING } from "./morning.ts";
import { runInOneProcess } from "./one_process.ts";

const WAYS = { "its own": runProgram, "the shared one": runInOneProcess };

Deno.test("command lines log, print, return and store in the shared process what they do in a process each", async () => {
  await using replica = await startReplica({ days: [MORNING] });
  const found = [];
  for (const [process, run] of Object.entries(WAYS)) {
    using dir = temporaryDirectory();
    const place = { cwd: dir.path };
    const runs = [
      await run(["fetch-trades", "DETR", "--quota", "30"], place),
      await run(fetchArgs(replica, "."), place),
      await run(fetchArgs(replica, "."), place),
      await run(["verify", "DETR", "--api-url", replica.apiUrl, "--json"], place),
      await run(["status", "DETR", "--check"], place),
    ];
    const seen = runs.map(({ code, stdout, stderr }) => ({ code, stdout, log: messagesOf(stderr) }));
    const below = (path: string) => path.slice(dir.path.length);
    found.push({ process, seen, files: filesBelow(dir.path).map(below) });
  }
  const [own, shared] = found;
  assert.deepEqual(own.seen.map(({ code }) => code), [64, 0, 0, 0, 2]);
  assert.deepEqual([shared.seen, shared.files], [own.seen, own.files]);
});

Deno.test("what is begun while another command line runs is carried out after it", async () => {
  await using replica = await startReplica({ days: [MORNING] });
  using dir = temporaryDirectory();
  const runs = await Promise.all([1, 2].map(() => runInOneProcess(fetchArgs(replica, dir.path))));
  assert.deepEqual(runs.map(({ code }) => code), [0, 0]);
  assert.ok(logOf(runs[1]).includes("INFO All available data already stored for DETR"), runs[1].stderr);
});

/** What a run logged, without times; a usage error is no line of the log. */
function messagesOf(stderr: string): string[] {
  return stderr.split("\n").map((line) => line.replace(/^\S+ \S+ \| /, ""));
}
