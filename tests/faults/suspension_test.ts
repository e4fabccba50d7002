import assert from "node:assert/strict";
import { busy } from "../busy.ts";
import { minuteNames } from "../../scripts/replica/day.ts";
import { drip } from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { Script } from "../daemon/process.ts";
import { ended, heard, linesOf, startDaemon } from "../e2e/daemon_program.ts";
import { isThere } from "../e2e/disk.ts";
import { awaited, countsOf, reached } from "../e2e/evidence.ts";
import { type Program, rawPath, temporaryDirectory } from "../e2e/harness.ts";
import { assertStoresTruth } from "../e2e/truth.ts";
import { canSetClocks, HOUR_MILLIS, SetClock, type SetClockOptions, underClock } from "./set_clock.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 2_000, minutes: { from: 420, until: 480 } };
const BEFORE = "2026-09-01T07:20", NOW = Date.parse("2026-09-01T07:35Z");
const SLOW = "DETR-posttrade-2026-09-01T07_04.json.gz";
/** Downloads at a time. */
const AT_A_TIME = 4;
const QUOTA = { downloads: 30, seconds: 2, retryAfter: "seconds" } as const;
/** Pings at half of it; a daemon looks at the clocks as often, else once a minute. */
const WATCHDOG_MICROS = 1_000_000;
/** From SIGCONT to the next cycle's request: a nap, and what a busy machine takes. */
const SOON_MILLIS = 10_000;

const SUSPENSIONS = {
  "stopped for ten hours": { monotonicToo: true },
  "whose machine slept for ten hours": { monotonicToo: false },
};

Deno.test({
  name:
    "an idle daemon that was stopped for ten hours, or whose machine slept, starts one cycle at once, not ten, " +
    "which fetches what was published meanwhile within the quota and nothing twice; the watchdog hears of it; exit 0",
  ignore: !canSetClocks,
  fn: () => inEachWay(assertOneCycle),
});

Deno.test({
  name:
    "a daemon that was suspended like that in the middle of a download goes on with its cycle, asks again for no " +
    "file but what was in flight, skips the starts of that time, and its next cycle fetches the rest; exit 0",
  ignore: !canSetClocks,
  fn: () => inEachWay(assertGoesOn),
});

async function inEachWay(strike: (how: string, clocks: SetClockOptions) => Promise<void>): Promise<void> {
  await Promise.all(Object.entries(SUSPENSIONS).map(([how, clocks]) => strike(how, clocks)));
}

async function assertOneCycle(how: string, clocks: SetClockOptions): Promise<void> {
  await using scene = await sceneOf(clocks, "1h");
  const { daemon, replica } = scene;
  await heard(daemon, / - Cycle 1: DETR: 20 files, (.*\n)*.* - Next cycle at /);
  const before = replica.requests.length;
  await suspend(scene);
  await scene.pinged();
  await heard(daemon, / - Cycle 2: DETR: 40 files, (.*\n)*.* - Next cycle at /);
  const delay = replica.requests[before].at - scene.continuedAt;
  console.log(`a daemon ${how}: the next cycle after ${Math.round(delay)} ms, ${replica.refused()} refused`);
  assert.ok(delay < busy() * SOON_MILLIS, `${how}: ${delay} ms`);
  await scene.pinged();
  const said = linesOf(await ended(daemon, "SIGTERM"), "INFO");
  assert.equal(said.filter((line) => /^Cycle \d+: /.test(line)).length, 2, how);
  assert.equal(countsOf(replica.requests)["list DETR"], 2, how);
  assert.ok(replica.refused() <= AT_A_TIME, `${how}: ${replica.refused()} refused`);
  assertSentOnce(replica);
  assert.equal(await assertStoresTruth(scene.dir, replica), DAY.trades);
}

async function assertGoesOn(how: string, clocks: SetClockOptions): Promise<void> {
  await using scene = await sceneOf(clocks, "3s", SLOW);
  const { daemon, replica } = scene;
  await reached(daemon, "the slow download", () => countsOf(replica.requests)[`storage ${SLOW}`] === 1);
  const stored = await suspend(scene);
  assert.ok(!stored.has(SLOW), how);
  await heard(daemon, / - Cycle 1: DETR: 20 files, (.*\n)*.* - Cycle 2: DETR: 40 files, /);
  const run = await ended(daemon, "SIGTERM");
  assert.deepEqual(linesOf(run, "ERROR"), [], how);
  const skipped = linesOf(run, "WARNING");
  assert.ok(
    skipped.every((line) => /^Skipped [\d,]+ start\(s\) while cycle \d /.test(line)),
    `${how}: ${skipped}`,
  );
  assertSentOnce(replica, stored);
  assert.equal(await assertStoresTruth(scene.dir, replica), DAY.trades);
}

/**
 * A daemon with a stand-in for its service manager and controlled clocks; at first a third of the files is listed.
 */
interface Scene extends AsyncDisposable {
  readonly dir: string;
  readonly daemon: Program;
  readonly replica: Replica;
  readonly clock: SetClock;
  /** When it was last continued, by its own clock. */
  continuedAt: number;
  /** Resolves at the watchdog's next ping that is sent from now on. */
  pinged(): Promise<void>;
}

async function sceneOf(clocks: SetClockOptions, interval: string, slow?: string): Promise<Scene> {
  await using made = new AsyncDisposableStack();
  const folder = made.use(temporaryDirectory());
  const clock = new SetClock(folder.path, NOW, clocks);
  const now = () => clock.now(); // the ten hours also pass for the exchange
  const replica = made.use(await startReplica({ days: [DAY], quota: QUOTA, listed: { until: BEFORE }, now }));
  if (slow !== undefined) replica.inject("storage", drip(200, 200), { name: slow, times: 1 });
  const socket = folder.of("notify");
  const manager = made.use(new Script("listen_notify.ts", [socket], {}, ["-A", "--unstable-net"]));
  assert.equal(await manager.line(), "listening");
  const pings = new Pings(manager);
  const options = ["--interval", interval, "--quota", `${QUOTA.downloads}/${QUOTA.seconds}`];
  const daemon = made.use(underClock(startDaemon(replica, folder.path, [...options, "--log-level", "DEBUG"], {
    env: { ...clock.env, NOTIFY_SOCKET: socket, WATCHDOG_USEC: String(WATCHDOG_MICROS) },
    deno: ["run", "--quiet", "-A", "--unstable-net"],
  })));
  const kept = made.move();
  return {
    ...{ dir: folder.path, daemon, replica, clock, continuedAt: 0 },
    pinged: () => pings.next(),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Ten hours pass, for a stopped daemon too, and files appear; returns the names of those that it has stored. */
async function suspend(scene: Scene): Promise<Set<string>> {
  const { dir, daemon: { child }, replica, clock } = scene;
  child.kill("SIGSTOP");
  await isStopped(child.pid);
  const stored = minuteNames(DAY).filter((name) => isThere(rawPath(dir, name)));
  clock.setBy(10 * HOUR_MILLIS);
  replica.listed.until = null;
  scene.continuedAt = clock.now();
  child.kill("SIGCONT");
  return new Set(stored);
}

function isStopped(pid: number): Promise<void> {
  return awaited("a stop", () => /^State:\s+T/m.test(Deno.readTextFileSync(`/proc/${pid}/status`)));
}

/** The watchdog messages that a service manager receives. */
class Pings {
  #waiting: (() => void)[] = [];

  constructor(manager: Script) {
    void this.#listen(manager);
  }

  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async #listen(manager: Script): Promise<void> {
    for (let line = await manager.line(); line !== null; line = await manager.line()) {
      if (JSON.parse(line) !== "WATCHDOG=1") continue;
      for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }
}

/** Each file was requested from storage once; those in flight when only `stored` was stored, a few, at most twice. */
function assertSentOnce({ requests }: Replica, stored?: ReadonlySet<string>): void {
  const sent = countsOf(requests.filter(({ place }) => place === "storage"));
  assert.equal(Object.keys(sent).length, 60);
  const again = Object.entries(sent).filter(([, times]) => times !== 1);
  assert.ok(again.length <= (stored === undefined ? 0 : AT_A_TIME), `${again}`);
  for (const [file, times] of again) {
    assert.ok(times === 2 && !stored!.has(file.slice("storage ".length)), `${file}: ${times} times`);
  }
}
