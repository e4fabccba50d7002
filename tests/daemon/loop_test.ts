import assert from "node:assert/strict";
import { ALWAYS, parseActiveHours } from "../../src/daemon/active_hours.ts";
import type { CycleOutcome } from "../../src/daemon/announce.ts";
import { CannotGoOn } from "../../src/daemon/cannot_go_on.ts";
import { isTradingDay } from "../../src/feed/calendar/holidays.ts";
import { parseInterval } from "../../src/daemon/interval.ts";
import { type Daemon, runDaemon } from "../../src/daemon/loop.ts";
import { type Notify, SILENT } from "../../src/daemon/notify.ts";
import { rhythmSchedule } from "../../src/daemon/schedule.ts";
import { Requests } from "../../src/daemon/signals.ts";
import { configureLog } from "../../src/log/setup.ts";
import { BERLIN, berlin } from "./berlin.ts";
import { FakeClock } from "./fake_clock.ts";
import { simulate } from "./simulate.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HOURLY = parseInterval("1");
const BY_DAY = rhythmSchedule(HOURLY, parseActiveHours("08:30-18:00"), BERLIN);
const DONE: CycleOutcome = { summary: "all of it", failure: null, unavailable: false, nothingYet: false };
const DOWN: CycleOutcome = {
  summary: "",
  failure: "the exchange is unavailable",
  unavailable: true,
  nothingYet: false,
};

/** What a daemon did until it was stopped. */
interface Life {
  readonly clock: FakeClock;
  readonly starts: Temporal.Instant[];
  readonly nextStarts: Temporal.Instant[];
  /** `10:00:00 INFO Cycle 1: …`, Frankfurt's clock. */
  readonly lines: string[];
}

interface Birth extends Partial<Daemon> {
  readonly from: string;
  readonly millis: number;
  /** Things that happen to it. */
  readonly meanwhile?: (clock: FakeClock, requests: Requests) => void;
  /** What the cycle does, with its number from 1. */
  readonly work?: (n: number, clock: FakeClock, stop: AbortSignal) => CycleOutcome | Promise<CycleOutcome>;
}

/** Runs a daemon from `from` for `millis` of the monotonic clock. */
async function live({ from, millis, meanwhile, work = () => DONE, ...given }: Birth): Promise<Life> {
  const clock = new FakeClock(berlin(from));
  const requests = new Requests();
  const life: Life = { clock, starts: [], nextStarts: [], lines: [] };
  const log = configureLog({
    level: "DEBUG",
    timeZone: BERLIN,
    stderr: { write: (line) => life.lines.push(shortened(line)), colour: false, journald: false },
    clock: () => clock.now(),
  });
  clock.in(millis, () => requests.askToStop("SIGTERM"));
  meanwhile?.(clock, requests);
  try {
    await runDaemon({
      name: "DETR",
      schedule: BY_DAY,
      lastCycle: null,
      assertWhole: () => {},
      cycle: async ({ stop }) => {
        life.starts.push(clock.instant);
        return await work(life.starts.length, clock, stop);
      },
      clock,
      requests,
      notify: SILENT,
      outageAfter: 3,
      onNextStart: (at) => void life.nextStarts.push(at),
      ...given,
    });
  } finally {
    await log.close();
  }
  return life;
}

function shortened(line: string): string {
  const [, time, level, message] = /^\S+ (\S+)\.\d+ \| (\w+) +\| [\w.]+:\S+:\d+ - (.*)$/.exec(line) ??
    assert.fail(line);
  return `${time} ${level} ${message}`;
}

const timesOf = (starts: Temporal.Instant[]) =>
  starts.map((at) => at.toZonedDateTimeISO(BERLIN).toPlainTime().toString({ smallestUnit: "minute" }));

Deno.test("a daemon logs its evening and morning as the guide shows", async () => {
  const { lines } = await live({ from: "2025-12-01 16:40", millis: 17 * HOUR });
  assert.deepEqual(lines.filter((line) => !line.includes("DEBUG")), [
    "16:40:00 INFO Starting daemon mode for DETR: fetching every 1 hour(s)",
    "16:40:00 INFO Cycle 1: all of it, 0.0 s",
    "17:40:00 INFO Cycle 2: all of it, 0.0 s",
    "18:00:00 INFO Leaving active hours, starting fetch cycle",
    "18:00:00 INFO Cycle 3: all of it, 0.0 s",
    "18:00:00 INFO Active hours are over. One more cycle at 2025-12-01 18:20:00 CET",
    "18:20:00 INFO Starting fetch cycle for late files",
    "18:20:00 INFO Cycle 4: all of it, 0.0 s",
    "18:20:00 INFO Outside active hours. Waiting until 2025-12-02 08:30:00 CET",
    "08:30:00 INFO Entering active hours, starting fetch cycle",
    "08:30:00 INFO Cycle 5: all of it, 0.0 s",
    "09:30:00 INFO Cycle 6: all of it, 0.0 s",
    "09:40:00 INFO Stopping daemon mode for DETR, ended by SIGTERM",
  ]);
  assert.ok(lines.includes("16:40:00 DEBUG Next cycle at 2025-12-01 17:40:00 CET"));
});

Deno.test("the announced times are right on the nights when the clocks change", async () => {
  const said = async (from: string, trading: boolean) => {
    const schedule = rhythmSchedule(
      HOURLY,
      parseActiveHours("08:30-18:00"),
      BERLIN,
      trading ? isTradingDay : undefined,
    );
    const { lines } = await live({ from, millis: MINUTE, lastCycle: berlin(from), schedule });
    return lines[1].replace(/^.* INFO /, "");
  };
  const outside = "Outside active hours. Waiting until";
  assert.equal(await said("2026-03-28 20:00", false), `${outside} 2026-03-29 08:30:00 CEST`);
  assert.equal(await said("2026-10-24 20:00", false), `${outside} 2026-10-25 08:30:00 CET`);
  assert.equal(await said("2026-03-28 20:00", true), `${outside} 2026-03-29 12:00:00 CEST`);
});

Deno.test("a daemon that checks every minute starts at the planned times", async () => {
  for (const from of ["2026-03-27 10:10", "2026-10-23 10:10"]) {
    const { starts, clock } = await live({ from, millis: 72 * HOUR });
    const until = berlin(from).add({ hours: 72 });
    assert.deepEqual(
      starts,
      simulate(BY_DAY, { from: berlin(from), until, lastCycle: null }).map(({ at }) => at),
    );
    assert.ok(Math.max(...clock.naps) <= MINUTE);
    assert.ok(clock.naps.length <= 72 * 60 + starts.length, "it wakes more than once a minute");
  }
});

Deno.test("an announcement is made once, and again after the clock was set", async () => {
  const { lines } = await live({
    from: "2025-12-01 20:00",
    lastCycle: berlin("2025-12-01 18:20"),
    millis: 3 * HOUR,
    meanwhile: (clock) => clock.in(HOUR, () => clock.set(berlin("2025-12-03 20:00"))),
  });
  assert.deepEqual(lines.slice(1, 4), [
    "20:00:00 INFO Outside active hours. Waiting until 2025-12-02 08:30:00 CET",
    "20:00:00 INFO Starting fetch cycle for late files",
    "20:00:00 INFO Cycle 1: all of it, 0.0 s",
  ]);
});

Deno.test("a cycle that fails, or throws, does not end the daemon; an unavailable exchange is tried again soon", async () => {
  const { starts, lines } = await live({
    from: "2025-12-01 10:00",
    millis: 2 * HOUR,
    work: (n) => {
      if (n === 4) throw new TypeError("a bug");
      return n < 4 ? DOWN : DONE;
    },
  });
  assert.deepEqual(timesOf(starts), ["10:00", "10:05", "10:10", "10:15", "11:00"], "a bug is no hurry");
  assert.ok(lines.includes("10:00:00 ERROR Cycle 1 failed: the exchange is unavailable"));
  assert.match(lines.join("\n"), /10:15:00 ERROR Cycle 4 failed: TypeError: a bug.*loop_test/s);
  assert.ok(lines.includes("10:10:00 ERROR 3 cycles in a row have failed: the exchange is unavailable"));
  assert.ok(lines.includes("10:00:00 INFO Trying again at 2025-12-01 10:05:00 CET"));
});

Deno.test("the daemon ends when its program's files are missing: before a cycle, within a minute of a wait, and when a cycle notices it", async () => {
  const lives = async (given: Partial<Daemon>, from = "2025-12-01 10:00") => {
    let looked = 0;
    const assertWhole = () => {
      if (++looked === 3) throw new CannotGoOn("app.js was deleted");
    };
    let starts = 0;
    const work = () => {
      starts++;
      return DONE;
    };
    await assert.rejects(live({ from, millis: HOUR, assertWhole, work, ...given }), {
      name: "CannotGoOn",
      message: "app.js was deleted. This daemon stops so that it can be restarted",
    });
    return { looked, starts };
  };
  assert.deepEqual(await lives({}), { looked: 3, starts: 1 }, "after the first cycle");
  const waits = { lastCycle: berlin("2025-12-01 18:20") };
  assert.deepEqual(await lives(waits, "2025-12-01 20:00"), { looked: 3, starts: 0 });
  const cycle = () => Promise.reject(new CannotGoOn("app.js was deleted"));
  assert.deepEqual(await lives({ cycle }), { looked: 2, starts: 0 });
});

Deno.test("outside active hours a failed cycle is tried again soon until one succeeds, whatever the failure", async () => {
  const empty: CycleOutcome = { summary: "", failure: "disk full", unavailable: false, nothingYet: true };
  const works = async (outcomes: readonly (CycleOutcome | Error)[]) => {
    const { starts } = await live({
      from: "2025-12-01 20:00",
      millis: HOUR,
      work: (n) => {
        const outcome = outcomes[n - 1];
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
    });
    return timesOf(starts);
  };
  assert.deepEqual(await works([empty, empty, DONE]), ["20:00", "20:05", "20:10"]);
  assert.deepEqual(await works([new Error("a bug"), DONE]), ["20:00", "20:05"]);
  assert.deepEqual(await works([empty, { ...empty, nothingYet: false }]), ["20:00", "20:05"]);
  assert.deepEqual(await works([DONE]), ["20:00"], "a venue of which nothing is listed");
});

Deno.test("onNextStart() gets the time of the next cycle, at the beginning and after each cycle", async () => {
  const { nextStarts } = await live({
    from: "2025-12-01 17:30",
    millis: 45 * MINUTE,
    work: async (_, clock, stop) => {
      await clock.sleep(5 * MINUTE, stop);
      return DONE;
    },
  });
  const times = ["2025-12-01 17:30", "2025-12-01 18:00", "2025-12-01 18:20"];
  assert.deepEqual(nextStarts, times.map(berlin));
});

Deno.test("an error of onNextStart() is a warning", async () => {
  const { lines, starts } = await live({
    from: "2025-12-01 10:00",
    millis: 2 * HOUR,
    onNextStart: () => {
      throw new Error("disk full");
    },
  });
  assert.equal(starts.length, 2);
  assert.ok(lines.includes("10:00:00 WARNING Cannot write the daemon's status: disk full"));
});

Deno.test("a cycle that overruns skips the missed starts, and says so", async () => {
  const { starts, lines } = await live({
    from: "2025-12-01 09:00",
    millis: 4 * HOUR,
    work: async (n, clock, stop) => {
      if (n === 1) await clock.sleep(130 * MINUTE, stop);
      return DONE;
    },
  });
  assert.deepEqual(timesOf(starts), ["09:00", "12:00"]);
  assert.ok(lines.includes("11:10:00 WARNING Skipped 2 start(s) while cycle 1 was running"));
});

Deno.test("a nudge starts a cycle at once, also outside active hours, and does not change the rhythm", async () => {
  const { starts, lines } = await live({
    from: "2025-12-01 10:00",
    millis: 2 * HOUR,
    meanwhile: (clock, requests) => clock.in(20 * MINUTE, () => requests.nudge()),
  });
  assert.deepEqual(timesOf(starts), ["10:00", "10:20", "11:00"]);
  assert.ok(lines.includes("10:20:00 INFO Asked by SIGUSR2, starting fetch cycle"));
  const night = await live({
    from: "2025-12-01 20:00",
    lastCycle: berlin("2025-12-01 18:20"),
    millis: HOUR,
    meanwhile: (clock, requests) => clock.in(20 * MINUTE, () => requests.nudge()),
  });
  assert.deepEqual(timesOf(night.starts), ["20:20"]);
});

Deno.test("nudges during a cycle start one more right after it", async () => {
  const { starts } = await live({
    from: "2025-12-01 10:00",
    millis: HOUR,
    meanwhile: (clock, requests) => {
      for (const minutes of [1, 2, 3]) clock.in(minutes * MINUTE, () => requests.nudge());
    },
    work: async (_, clock, stop) => {
      await clock.sleep(5 * MINUTE, stop);
      return DONE;
    },
  });
  assert.deepEqual(timesOf(starts), ["10:00", "10:05"]);
});

Deno.test("a stop interrupts the cycle, which does not count as a failure", async () => {
  const { lines, nextStarts, clock } = await live({
    from: "2025-12-01 10:00",
    millis: 3 * MINUTE,
    work: async (_, clock, stop) => {
      await clock.sleep(HOUR, stop);
      return DONE;
    },
  });
  assert.deepEqual(clock.instant, berlin("2025-12-01 10:03"));
  assert.deepEqual(lines.slice(-2), [
    "10:00:00 DEBUG Starting fetch cycle",
    "10:03:00 INFO Stopping daemon mode for DETR, ended by SIGTERM",
  ]);
  assert.equal(nextStarts.length, 1);
});

Deno.test("systemd is notified that the daemon is ready before its first cycle, and of its progress", async () => {
  const told: string[] = [];
  const notify: Notify = {
    watchdogMillis: 20_000,
    ready: () => void told.push("ready"),
    status: (text) => void told.push(text),
    progress: () => void told.push("progress"),
    stopping: () => Promise.resolve(void told.push("stopping")),
  };
  const { clock } = await live({
    from: "2025-12-01 10:00",
    millis: 50_000,
    notify,
    schedule: rhythmSchedule(HOURLY, ALWAYS, BERLIN),
  });
  assert.deepEqual(told, [
    "ready",
    "progress",
    "Cycle 1 is running",
    "progress",
    "Waiting until 2025-12-01 11:00:00 CET",
    "progress",
    "progress",
    "stopping",
  ]);
  assert.deepEqual(clock.naps, [20_000, 20_000, 20_000]);
});
