import assert from "node:assert/strict";
import { endingSilent, pauseAfterSilent, ThreadIsSilent } from "../../../src/cli/daemon/silent_thread.ts";
import { checkoutOf } from "../../e2e/checkout.ts";
import { startProgram } from "../../e2e/harness.ts";
import { FakeClock } from "../../feed/fake_clock.ts";

const MINUTE = 60_000;

/** A job that lasts until it is told to stop, and what was heard of it. */
function endless() {
  const clock = new FakeClock();
  const stop = new AbortController();
  let [progress, stopped, thrown]: [() => void, unknown, unknown] = [() => {}, null, null];
  const carryOut = endingSilent((_job, cycle) => {
    progress = cycle.progress;
    return new Promise((_resolve, reject) =>
      cycle.stop.addEventListener("abort", () => {
        stopped = cycle.stop.reason;
        reject(stopped);
      })
    );
  }, clock);
  const done = carryOut("quotes", { stop: stop.signal, progress: () => {} })
    .catch((error) => void (thrown = error));
  const pass = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute++) await clock.advance(MINUTE);
  };
  return {
    clock,
    stop,
    done,
    pass,
    progress: () => progress(),
    thrown: () => thrown,
    stopped: () => stopped,
  };
}

Deno.test("a job that makes no progress for ten minutes is told to stop, and fails by its silence", async () => {
  const job = endless();
  await job.pass(9);
  assert.equal(job.stopped(), null);
  await job.pass(1);
  await job.done;
  assert.ok(job.thrown() instanceof ThreadIsSilent);
  assert.equal(job.stopped(), job.thrown());
});

Deno.test("a job may last for hours as long as it makes progress now and then", async () => {
  const job = endless();
  for (let look = 0; look < 60; look++) {
    await job.pass(9);
    job.progress();
  }
  assert.equal(job.stopped(), null);
  await job.pass(11);
  assert.ok(job.thrown() instanceof ThreadIsSilent);
});

Deno.test("a job that is over, or stopped, is watched no longer", async () => {
  const job = endless();
  const reason = new Error("the daemon ends");
  job.stop.abort(reason);
  await job.done;
  assert.deepEqual([job.thrown(), job.stopped(), job.clock.sleeping], [reason, reason, 0]);
});

Deno.test("after the first silent thread the next cycle has one; after more, later and later, once a day at least", () => {
  const minutes = [1, 2, 3, 4, 9, 10, 100].map((threads) => pauseAfterSilent(threads) / MINUTE);
  assert.deepEqual(minutes, [0, 10, 20, 40, 1280, 1440, 1440]);
});

/** In what a thread hangs, how that is ended, and what the threads after it find. */
const HANGS = [
  {
    what: "on a promise",
    hang: "await new Promise(() => setInterval(() => {}, 1_000));",
    end: "",
    found: ["thread 2 works", "thread 3 works"],
  },
  {
    what: "in a system call",
    hang: "Deno.openSync(fifo);",
    end: "Deno.openSync(fifo, { write: true }).close();",
    found: ["thread 2 finds the lock held", "thread 3 works"],
  },
  {
    what: "in a loop",
    hang: "for (;;);",
    end: "",
    found: ["thread 2 finds the lock held", "thread 3 finds the lock held"],
  },
];

for (const { what, hang, end, found } of HANGS) {
  Deno.test(`a thread of quotes that hangs ${what} is abandoned with one warning; the next ones work once it lets go of its lock`, async () => {
    using checkout = checkoutOf("main.ts");
    await new Deno.Command("mkfifo", { args: [checkout.of("fifo")] }).output();
    const main = checkout.of("main.ts");
    Deno.writeTextFileSync(main, programThatHangs(checkout.path, { hang, end, found }));
    await using program = startProgram([], { main });
    const { code, stdout, stderr } = await program.ended;
    assert.deepEqual(stdout.trim().split("\n"), ["thread 1 hangs", ...found], stderr);
    const lines = stderr.trim().split("\n").map((line) => line.replace(/, [\d.]+ s$/, ""));
    assert.deepEqual(lines, [
      "WARNING Quotes: the thread for DGAT, DFRA hung (no sign of life for 10 minutes) and is abandoned: look " +
      "whether the disk answers, and restart the daemon if quotes fail from now on. Trades go on, and the " +
      "next cycle starts another thread",
      "INFO Quotes: Cycle 1: ",
      "INFO Quotes: Cycle 2: ",
    ]);
    assert.equal(code, 0);
  });
}

/** Cycles of quotes in real threads, the first of which hangs; when it has begun to, minutes pass at once. */
function programThatHangs(dir: string, { hang, end, found }: Omit<typeof HANGS[number], "what">): string {
  const patience = [0, 0, ...found.map((text) => text.includes("held") ? 0 : 10_000)];
  return `
    import { send } from "./src/cli/daemon/as_thread.ts";
    import { doInThread, jobOfThread } from "./src/cli/daemon/cycle_thread.ts";
    import { QuotesBeside } from "./src/cli/daemon/quotes_beside.ts";
    import { VenueStates } from "./src/cli/daemon/venue_states.ts";
    import { configureLog } from "./src/log/setup.ts";
    import { QuotesLayout } from "./src/store/layout.ts";
    import { takeLock } from "./src/system/lock.ts";
    import { systemClock } from "./src/system/system_clock.ts";

    const dir = ${JSON.stringify(dir)};
    const fifo = dir + "/fifo";
    const never = new AbortController().signal;
    if (jobOfThread() === null) await daemon();
    else await thread();

    async function daemon() {
      let begun = Promise.withResolvers();
      const clock = {
        now: Date.now,
        monotonic: () => performance.now(),
        sleep: () => begun.promise.then(() => new Promise((resolve) => setTimeout(resolve, 1))),
      };
      const carryOut = (job, { stop, progress }) => {
        const onProgress = () => (progress(), begun.resolve());
        return doInThread(job, { stop, progress: onProgress }, clock, [])
          .finally(() => begun = Promise.withResolvers());
      };
      const write = (line) => console.error(line.replace(/^.*? \\| (\\w+) *\\| \\S+ - /, "$1 "));
      configureLog({ level: "INFO", stderr: { write, colour: false, journald: false }, clock: Date.now });
      const states = new VenueStates(["DGAT", "DFRA"], new QuotesLayout(dir), "quote");
      const beside = new QuotesBeside(states, { clock, carryOut, stop: never });
      beside.start("quotes");
      beside.start("quotes");
      await beside.ended();
      ${end}
      beside.start("quotes");
      await beside.ended();
      Deno.exit();
    }

    async function thread() {
      Deno.writeTextFileSync(dir + "/threads", "x", { append: true });
      const number = Deno.statSync(dir + "/threads").size;
      const taken = await takeLock(dir + "/lock", systemClock, ${JSON.stringify(patience)}[number], never);
      if ("holder" in taken) console.log("thread " + number + " finds the lock held");
      else if (number > 1) console.log("thread " + number + " works");
      if (number > 1) return send({ kind: "ended", results: [] });
      globalThis.lock = taken.lock;
      console.log("thread 1 hangs");
      send({ kind: "progress" });
      ${hang}
    }
  `;
}
