import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { Home, isRoot } from "../dist/portable.ts";
import { DAY } from "./daemon_program.ts";
import { filesBelow } from "./disk.ts";
import { assertForeseen } from "./evidence.ts";
import { fetchArgs, partitionPath, runProgram } from "./harness.ts";
import { assertStoresTruth } from "./truth.ts";

if (!isRoot) console.log("left out: only root can work in the folder of somebody else");

/** What an administrator does by hand in the folder of a service, and the exit code. */
const BY_HAND: [args: string[], code: number][] = [
  [["reprocess", "DETR", "--force"], 0],
  [["verify", "DETR", "--repair"], 0],
  [["consolidate-month", "DETR", "--month", "2026-09", "--yes"], 0],
  [["cleanup-raw", "DETR", "--keep-days", "0"], 0],
];

/** Everything below a folder that does not belong to the folder's owner. */
function strangers(folder: string): string[] {
  const { uid, gid } = Deno.statSync(folder);
  const paths = new Set(filesBelow(folder).flatMap((path) => withFolders(path, folder)));
  return [...paths].filter((path) => {
    const found = Deno.lstatSync(path);
    return found.uid !== uid || found.gid !== gid;
  });
}

/** A path, and the folders between it and this one. */
function withFolders(path: string, below: string): string[] {
  return path === below ? [] : [path, ...withFolders(path.slice(0, path.lastIndexOf("/")), below)];
}

Deno.test({
  name: "what root does by hand in the folder of a service belongs to the service, which goes on with it",
  ignore: !isRoot,
  fn: async () => {
    await using replica = await startReplica({ days: [DAY], listed: { until: "2026-09-01T08:05" } });
    using home = new Home();
    const data = home.of("data");
    const log = (name: string) => ["--log-file", home.of("logs", "of", name)];
    // Root makes the first fetch, which creates every folder, lock and record.
    assertForeseen(await runProgram([...fetchArgs(replica, data), ...log("first.log")]), 0);
    assert.ok(filesBelow(data).length > 5);
    assert.deepEqual(strangers(home.path), []);
    for (const [args, code] of BY_HAND) {
      const rotating = ["--wrk-dir", data, ...log("by-hand.log"), "--log-rotate-size", "300"];
      assertForeseen(await runProgram([...rotating, ...args]), code);
      assert.deepEqual(strangers(home.path), [], args[0]);
    }
    replica.listed.until = null;
    assertForeseen(await home.run([...fetchArgs(replica, data), ...log("by-hand.log")]), 0);
    await assertStoresTruth(data, replica);
    assert.equal(Deno.statSync(partitionPath(data, "DETR", DAY.date)).uid, home.uid);
  },
});
