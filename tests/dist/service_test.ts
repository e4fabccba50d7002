import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { LOG_LINE } from "../e2e/evidence.ts";
import { duckdb, partitionPath, temporaryDirectory } from "../e2e/harness.ts";
import { canPlay, serviceManager, SOCKET } from "./service_manager.ts";
import { commandLine, environment, UNITS } from "./unit.ts";

const DAY = { date: "2026-09-01", trades: 300, minutes: { from: 480, until: 487 } };

/** The venues of the unit, or of its instance, and the name of their log. */
const DAEMONS = {
  "xetra-parqed@.service": { venues: ["DETR"], log: "DETR.log" },
  "xetra-parqed.service": { venues: ["DETR", "DFRA", "DGAT", "DEUR"], log: "xetra-parqed.log" },
} as const;

for (const file of UNITS) {
  Deno.test({
    name:
      `${file}: its own command line, as the service: READY before its first cycle, STATUS and WATCHDOG while it ` +
      "works and waits, STOPPING at SIGTERM, exit 0",
    ignore: !canPlay,
    fn: () => playService(file),
  });
}

async function playService(file: typeof UNITS[number]): Promise<void> {
  const { venues, log: logName } = DAEMONS[file];
  const { XDG_CACHE_HOME: _, ...ownEnvironment } = environment(file); // its packages are in this user's cache
  await using replica = await startReplica({ days: venues.map((venue) => ({ venue, ...DAY })) });
  using folder = temporaryDirectory();
  for (const made of ["STATE", "LOGS", "RUNTIME"]) Deno.mkdirSync(folder.of(made));
  await using manager = await serviceManager();
  const [command, ...args] = [...manager.under, ...commandLine(file, "DETR", folder.path)];
  const child = new Deno.Command(command, {
    args: [...args, "--active-hours", "00:00-24:00"],
    env: {
      ...ownEnvironment,
      NOTIFY_SOCKET: SOCKET,
      WATCHDOG_USEC: "400000",
      XETRA_PARQED_API_URL: replica.apiUrl,
    },
    stderr: "piped",
  }).spawn();
  assert.equal(await manager.next(), "READY=1");
  const heard = new Set<string>();
  for (let waiting = false, beats = 0; beats < 3;) {
    const state = await manager.next();
    heard.add(state.replace(/ \d.*/, " …"));
    waiting ||= state.startsWith("STATUS=Waiting");
    if (waiting && state === "WATCHDOG=1") beats++;
  }
  assert.deepEqual([...heard].sort(), ["STATUS=Cycle …", "STATUS=Waiting until …", "WATCHDOG=1"]);
  assert.equal(Deno.readTextFileSync(folder.of("RUNTIME/xetra-parqed.pid")), `${child.pid}\n`);
  child.kill("SIGTERM");
  let last = "";
  while (last !== "STOPPING=1") last = await manager.next();
  const { code, stderr } = await child.output();
  assert.equal(code, 0);
  const log = new TextDecoder().decode(stderr);
  assert.equal(Deno.readTextFileSync(folder.of(`LOGS/${logName}`)), log);
  assert.match(log.trimEnd().split("\n").at(-1)!, LOG_LINE);
  assert.deepEqual([...Deno.readDirSync(folder.of("RUNTIME"))], []);
  using database = await duckdb();
  for (const venue of venues) {
    const path = partitionPath(folder.of("STATE"), venue, DAY.date);
    assert.equal(await database.value(`SELECT count(*)::INTEGER FROM '${path}'`), 300);
  }
}
