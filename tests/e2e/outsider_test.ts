import assert from "node:assert/strict";
import { BAKED_FLAGS } from "../../scripts/release/flags.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { giveTo, isRoot } from "../dist/portable.ts";
import { DAY } from "./daemon_program.ts";
import { assertForeseen, onlyErrorOf } from "./evidence.ts";
import { fetchArgs, runProgram, temporaryDirectory } from "./harness.ts";

const deno = ["run", "--quiet", ...BAKED_FLAGS];
const SERVICE = 990;
/** Root without its capabilities is an ordinary user. */
const OUTSIDER = ["setpriv", "--bounding-set=-all"];
if (!isRoot) console.log("left out: only root can make a folder of somebody else's");

Deno.test({
  name:
    "who may not read the folder of a service is told which file it is, and how to ask as the service: 73, or 2 of --check",
  ignore: !isRoot,
  fn: async () => {
    await using replica = await startReplica({ days: [DAY] });
    using folder = temporaryDirectory();
    const data = folder.of("data");
    assertForeseen(await runProgram(fetchArgs(replica, data)), 0);
    giveTo(SERVICE, data);
    Deno.chmodSync(data, 0o750);
    const commands: [args: string[], code: number][] = [
      [["status", "DETR"], 73],
      [["status", "DETR", "--check"], 2],
      [["check-partial", "DETR"], 73],
      [["verify", "DETR"], 73],
      [["fetch-trades", "DETR", "--no-store", "--api-url", replica.apiUrl], 73],
      [["check-status", "DETR", "--api-url", replica.apiUrl], 73],
    ];
    for (const [args, code] of commands) {
      const run = await runProgram(["--wrk-dir", data, ...args], { deno, under: OUTSIDER });
      const message = onlyErrorOf(run, code);
      assert.ok(message.includes(`${data}/`), message);
      assert.match(
        message,
        /run this as its owner \(sudo -u xetra xetra-parqed \.\.\.\) or as one of its group, or/,
      );
    }
  },
});
