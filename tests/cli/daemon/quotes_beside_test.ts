import assert from "node:assert/strict";
import { QuotesBeside } from "../../../src/cli/daemon/quotes_beside.ts";
import { VenueStates } from "../../../src/cli/daemon/venue_states.ts";
import { configureLog } from "../../../src/log/setup.ts";
import { QuotesLayout } from "../../../src/store/layout.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";
import { FakeClock, settle } from "../../feed/fake_clock.ts";

const MINUTE = 60_000;

/** A daemon that starts quotes each minute; its threads hang, or end at once. */
class Minutes {
  readonly clock = new FakeClock();
  readonly stop = new AbortController();
  readonly beside: QuotesBeside;
  hangs = true;
  threads = 0;

  constructor(dir: string) {
    const carryOut = (_job: unknown, { stop }: { readonly stop: AbortSignal }) => {
      this.threads++;
      if (!this.hangs) return Promise.resolve([]);
      return new Promise<never>((_, reject) => stop.addEventListener("abort", () => reject(stop.reason)));
    };
    const states = new VenueStates(["DGAT"], new QuotesLayout(dir), "quote");
    this.beside = new QuotesBeside(states, { clock: this.clock, carryOut, stop: this.stop.signal });
  }

  async pass(minutes: number): Promise<number> {
    for (let minute = 0; minute < minutes; minute++) {
      this.beside.start("quotes");
      await settle();
      await this.clock.advance(MINUTE);
    }
    return this.threads;
  }
}

Deno.test("threads of quotes that hang, one after the other, are started later and later, and each is a warning", async () => {
  using dir = temporaryDirectory();
  using log = warnings();
  const minutes = new Minutes(dir.path);
  assert.equal(await minutes.pass(9), 1);
  assert.equal(await minutes.pass(1), 2, "the next one at once");
  assert.deepEqual(log.lines.map(nextOf), ["the next cycle"]);
  assert.equal(await minutes.pass(20), 2, "it hangs for ten minutes, and a pause is as long");
  assert.equal(await minutes.pass(10), 3);
  assert.equal(await minutes.pass(20), 3, "a pause of twenty");
  assert.deepEqual(log.lines.map(nextOf), [
    "the next cycle",
    "in 10 minutes a cycle",
    "in 20 minutes a cycle",
  ]);
  minutes.hangs = false;
  assert.equal(await minutes.pass(1), 4);
  minutes.hangs = true;
  assert.equal(await minutes.pass(10), 6, "after one that worked there is no pause");
  minutes.stop.abort();
  await minutes.beside.ended();
  assert.equal(log.lines.length, 4);
});

function nextOf(line: string): string {
  return /Trades go on, and (.*) starts another thread/.exec(line)![1];
}

function warnings(): Disposable & { readonly lines: string[] } {
  const lines: string[] = [];
  const log = configureLog({
    level: "WARNING",
    stderr: { write: (line) => void lines.push(line), colour: false, journald: false },
    clock: () => 0,
  });
  return { lines, [Symbol.dispose]: () => void log.close() };
}
