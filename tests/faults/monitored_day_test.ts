import assert from "node:assert/strict";
import { dirname } from "node:path";
import { startReplica } from "../../scripts/replica/server.ts";
import { knownVenues } from "../../src/feed/venue.ts";
import { Script } from "../daemon/process.ts";
import { LAUNCHER } from "../dist/unit.ts";
import { ended, heard, isNextCycleTold } from "../e2e/daemon_program.ts";
import { reached } from "../e2e/evidence.ts";
import {
  fetchArgs,
  type Program,
  runProgram,
  startCommand,
  startProgram,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { everyRound } from "./extent.ts";
import { canSetClocks, SetClock, underClock } from "./set_clock.ts";

/** A sample is the venue with the longest hours. */
const VENUES = everyRound ? knownVenues() : ["DEUR"];
/** A Tuesday and the day after, in full: an absent minute would be a warning. */
const DAYS = VENUES.flatMap((venue) =>
  ["2026-09-01", "2026-09-02"].map((date) => ({ venue, date, trades: 2_000 }))
);
/** In Frankfurt's time, in summer. */
const at = (time: string) => Date.parse(`2026-09-0${time}:00+02:00`);
/** By default a daemon works from 08:30 to 18:00, with two sweeps when that is over. */
const [AFTERNOON, CLOSING, SWEEP] = [at("1T17:50"), at("1T18:00"), at("1T18:20")];
/** A daemon checks the clock as often as it has to notify the watchdog. */
const WATCHDOG_MICROS = "1000000";
/** For some thousand files. */
const PATIENCE_MILLIS = 240_000;
const [, HEALTHCHECK] = /^HEALTHCHECK [^[]*(\[.*\])$/m.exec(
  Deno.readTextFileSync(new URL("../../dist/docker/Dockerfile", import.meta.url)).replaceAll(/\\\n/g, ""),
)!;

Deno.test({
  name:
    `a daemon with its usual hours, of ${
      everyRound ? "four venues" : "Eurex"
    }: while its first day comes in, monitoring ` +
    "hears a warning with what is left and a container is healthy; in the evening, at night and before the morning's " +
    "first cycle all is fine",
  ignore: !canSetClocks,
  fn: async () => {
    using folder = temporaryDirectory();
    const clock = new SetClock(folder.path, AFTERNOON);
    await using replica = await startReplica({ days: DAYS, live: true, now: () => clock.now() });
    const socket = folder.of("notify");
    await using manager = new Script("listen_notify.ts", [socket], {}, ["-A", "--unstable-net"]);
    assert.equal(await manager.line(), "listening");
    await using daemon = underClock(
      startProgram(fetchArgs(replica, folder.path, VENUES, "--daemon"), {
        env: { ...clock.env, NOTIFY_SOCKET: socket, WATCHDOG_USEC: WATCHDOG_MICROS },
        deno: ["run", "--quiet", "-A", "--unstable-net"],
      }),
    );
    const monitored = new Monitored(folder.path, clock, replica.apiUrl);

    await heard(daemon, /Starting daemon mode/);
    await reached(daemon, "the first files", () => replica.requests.some(({ place }) => place === "storage"));
    const early = await monitored.check();
    assert.ok(early.code === 1, JSON.stringify(early));
    assert.match(early.reason, /^D[A-Z]{3}: catching up: [\d,]+ files, [\d,]+ minutes? left$/);
    assert.equal(await monitored.container(), 0);

    await untilCycle(1, daemon, folder.path);
    for (const [cycle, time] of [CLOSING, SWEEP].entries()) {
      clock.set(time);
      await untilCycle(cycle + 2, daemon, folder.path);
    }
    for (const time of ["1T20:30", "2T04:00", "2T08:25"]) {
      clock.set(at(time));
      assert.deepEqual(await monitored.check(), { code: 0, reason: `${VENUES[0]}: fine` }, time);
      assert.equal(await monitored.container(), 0, time);
    }
    await ended(daemon, "SIGTERM");
    assert.equal((await monitored.check()).code, 2);
    assert.notEqual(await monitored.container(), 0);
  },
});

/** Resolves when this cycle has ended, and the files for monitoring name the next one. */
async function untilCycle(cycle: number, daemon: Program, dir: string): Promise<void> {
  await heard(daemon, new RegExp(` - Cycle ${cycle}: `), PATIENCE_MILLIS);
  await reached(daemon, "word of the next cycle", () => VENUES.every((venue) => isNextCycleTold(dir, venue)));
}

/** The checks of a daemon, under its own clock. */
class Monitored {
  constructor(readonly dir: string, readonly clock: SetClock, readonly apiUrl: string) {}

  async check(): Promise<{ code: number; reason: string }> {
    const args = ["status", ...VENUES, "--wrk-dir", this.dir, "--check"];
    const { code, stdout } = await runProgram(args, { env: { ...this.clock.env } });
    return { code, reason: stdout.trimEnd() };
  }

  /** How the container's own health check ends. */
  async container(): Promise<number> {
    const PATH = `${dirname(LAUNCHER)}:${dirname(Deno.execPath())}:${Deno.env.get("PATH")}`;
    const env = { ...this.clock.env, PATH, VENUES: VENUES.join(" ") };
    await using program = startCommand(JSON.parse(HEALTHCHECK), { cwd: this.dir, env });
    return (await program.ended).code;
  }
}
