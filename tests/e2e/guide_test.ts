import assert from "node:assert/strict";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { assertForeseen, awaited } from "./evidence.ts";
import { type Program, type TemporaryDirectory, temporaryDirectory } from "./harness.ts";
import { shell } from "./shell.ts";

/**
 * The command lines of the user's guide are a contract: these are copied from it, except for the folder of its
 * program.
 */
const DAEMONS = [
  `xetra-parqed \
  --log-file logs/xetra-detr.log \
  fetch-trades DETR \
  --daemon \
  --interval 1 \
  --pid-file /tmp/xetra-detr.pid`,
  "xetra-parqed --log-file logs/xetra.log fetch-trades DETR --daemon",
  "xetra-parqed --log-file logs/xetra.log fetch-trades DETR --daemon --interval 2",
  'xetra-parqed --log-file logs/xetra.log fetch-trades DETR --daemon --interval 1 --active-hours "00:00-23:59"',
  'xetra-parqed --log-file logs/xetra.log fetch-trades DETR --daemon --interval 1 --active-hours "07:00-19:00"',
  'xetra-parqed fetch-trades DETR --daemon --active-hours "22:00-06:00"',
  `xetra-parqed --log-file logs/xetra.log fetch-trades DETR \
  --daemon --pid-file /var/run/xetra-detr.pid`,
  `xetra-parqed \
    --wrk-dir /var/lib/xetra \
    --log-file /var/log/xetra/detr.log \
    fetch-trades DETR \
    --daemon \
    --interval 1 \
    --pid-file /var/run/xetra-detr.pid`,
  "xetra-parqed --log-level INFO --log-file logs/xetra.log fetch-trades DETR --daemon",
  "xetra-parqed --log-level DEBUG --log-file logs/xetra.log fetch-trades DETR --daemon",
  "xetra-parqed --log-level WARNING --log-file logs/xetra.log fetch-trades DETR --daemon",
  "xetra-parqed --log-file logs/dfra.log fetch-trades DFRA --daemon --pid-file /tmp/xetra-dfra.pid",
];

const ONCE = [
  "xetra-parqed --help",
  "xetra-parqed fetch-trades DETR",
  "cd /var/lib/xetra && xetra-parqed --wrk-dir /var/lib/xetra fetch-trades DETR >> /var/log/xetra/detr.log 2>&1",
  "cd /var/lib/xetra && xetra-parqed --wrk-dir /var/lib/xetra fetch-trades DETR --no-store",
];

/** The guide's commands to find out whether the daemon runs, and to end it. */
const IS_RUNNING = `
if [ -f /tmp/xetra-detr.pid ]; then
  pid=$(cat /tmp/xetra-detr.pid)
  if ps -p $pid > /dev/null; then
    echo "Daemon running (PID: $pid)"
  else
    echo "Daemon not running (stale PID file)"
  fi
else
  echo "Daemon not running"
fi`;
const END = "kill $(cat /tmp/xetra-detr.pid)";

/** A folder with everything that the guide expects. */
function machine(): TemporaryDirectory {
  const folder = temporaryDirectory();
  for (const made of ["tmp", "var/run", "var/lib/xetra", "var/log/xetra"]) {
    Deno.mkdirSync(folder.of(made), { recursive: true });
  }
  return folder;
}

/** Runs lines of the guide, whose absolute paths are below `folder`. */
function run(script: string, folder: TemporaryDirectory, replica: Replica): Program {
  return shell(script.replaceAll(/(?<= )\/(?=(tmp|var)\/)/g, `${folder.path}/`), folder.path, replica);
}

function exchange(): Promise<Replica> {
  return startReplica({
    days: ["DETR", "DFRA"].map((venue) => ({
      venue,
      date: "2026-09-01",
      trades: 100,
      minutes: { from: 480, until: 483 },
    })),
  });
}

for (const command of DAEMONS) {
  Deno.test(`the guide's daemon fetches, and ends with 0: ${command.replaceAll(/\s+/g, " ")}`, async () => {
    await using replica = await exchange();
    using folder = machine();
    await using daemon = run(`exec ${command}`, folder, replica);
    await downloaded(replica);
    daemon.child.kill("SIGTERM");
    assertForeseen(await daemon.ended, 0);
    assert.deepEqual([...Deno.readDirSync(folder.of("tmp")), ...Deno.readDirSync(folder.of("var/run"))], []);
  });
}

Deno.test("the guide's one-shot commands work, from cron as well", async () => {
  await using replica = await exchange();
  using folder = machine();
  for (const command of ONCE) {
    await using once = run(command, folder, replica);
    assertForeseen(await once.ended, 0);
  }
  assert.match(Deno.readTextFileSync(folder.of("var/log/xetra/detr.log")), /Checking missing dates for DETR/);
});

Deno.test("the guide's commands to find a daemon and to end it work, and its logs are where the guide says", async () => {
  await using replica = await exchange();
  using folder = machine();
  const said = async (script: string) => {
    await using command = run(script, folder, replica);
    return (await command.ended).stdout.trim();
  };
  assert.equal(await said(IS_RUNNING), "Daemon not running");
  await using daemon = run(`exec ${DAEMONS[0]}`, folder, replica);
  await daemon.said(/Cycle 1:/);
  assert.equal(await said(IS_RUNNING), `Daemon running (PID: ${daemon.child.pid})`);
  assert.equal(await said("tail -50 logs/xetra-detr.log | grep -ic error || true"), "0");
  await said(END);
  assertForeseen(await daemon.ended, 0);
  assert.equal(await said(IS_RUNNING), "Daemon not running");
});

/** Resolves when the first cycle has downloaded something. */
function downloaded({ requests }: Replica): Promise<void> {
  return awaited("a download", () => requests.some(({ place }) => place === "storage"));
}
