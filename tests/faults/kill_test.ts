import assert from "node:assert/strict";
import { Campaign, type Outcome } from "./campaign.ts";
import { everyRound } from "./extent.ts";
import type { Target } from "./kills.ts";
import { STRIKES } from "./strikes.ts";
import { canTrace } from "./trace.ts";

/** The number of kills of `deno task test`, and the least of a full run. */
const SAMPLE = 40;
const FULL = 1_000;
const PROMISE =
  "the program leaves what was stored, and its next run stores the truth and leaves nothing lying about";

if (!canTrace) console.log("without strace no kill can be placed before a call: these tests are left out");

if (everyRound) {
  const outcomes: Outcome[] = [];
  for (const [name, make] of Object.entries(STRIKES)) {
    Deno.test({
      name: `killed by kill -9 before each of the calls of ${name} on files, ${PROMISE}`,
      ignore: !canTrace,
      async fn() {
        await using campaign = await Campaign.of(name, await make());
        await campaign.strikeAtAll();
        const outcome = campaign.outcome();
        outcomes.push(outcome);
        print([outcome]);
        assertPassed(outcome);
        assert.equal(outcome.struck, outcome.calls, "calls that were struck");
      },
    });
  }
  Deno.test.afterAll(() => {
    const kills = print(outcomes);
    // `--filter` chooses some of the strikes.
    if (outcomes.length === Object.keys(STRIKES).length) assert.ok(kills >= FULL, `${kills} kills`);
  });
} else {
  Deno.test({
    name: `killed by kill -9 before ${SAMPLE} of its calls on files, ${PROMISE}`,
    ignore: !canTrace,
    async fn(test) {
      await using campaigns = new AsyncDisposableStack();
      const prepared: Campaign[] = [];
      for (const [name, make] of Object.entries(STRIKES)) {
        const strike = await make();
        if (!strike.isSlow) prepared.push(campaigns.use(await Campaign.of(name, strike)));
        else await strike[Symbol.asyncDispose]();
      }
      const sample = sampleOf(prepared.map(({ reference }) => reference.targets));
      for (const [i, campaign] of prepared.entries()) {
        await test.step(campaign.name, async () => {
          await campaign.strikeAt(sample[i]);
          assertPassed(campaign.outcome());
        });
      }
      const kills = print(prepared.map((campaign) => campaign.outcome()));
      assert.ok(kills >= SAMPLE, `${kills} kills`);
    },
  });
}

function assertPassed({ failures }: Outcome): void {
  assert.equal(failures.length, 0, failures.join("\n"));
}

/** The sample of targets: spread evenly over each strike, all of short ones. */
function sampleOf(strikes: readonly (readonly Target[])[]): Target[][] {
  const chosen = new Map<readonly Target[], Target[]>();
  let wanted = SAMPLE;
  for (const targets of strikes.toSorted((a, b) => a.length - b.length)) {
    const count = Math.min(Math.ceil(wanted / (strikes.length - chosen.size)), targets.length);
    chosen.set(
      targets,
      Array.from({ length: count }, (_, i) => targets[Math.floor(((i + 0.5) * targets.length) / count)]),
    );
    wanted -= count;
  }
  return strikes.map((targets) => chosen.get(targets)!);
}

/** Prints how often each strike was killed before which call; returns how often in all. */
function print(outcomes: readonly Outcome[]): number {
  const names = [...new Set(outcomes.flatMap(({ kills }) => Object.keys(kills)))].sort();
  const rows = outcomes.map(({ strike, kills, calls, struck }) => ({
    strike,
    ...Object.fromEntries(names.map((name) => [name, kills[name] ?? 0])),
    kills: sum(Object.values(kills)),
    "calls struck": `${struck} of ${calls}`,
  }));
  const total = sum(rows.map(({ kills }) => kills));
  const struck = sum(outcomes.map(({ struck }) => struck));
  const calls = sum(outcomes.map(({ calls }) => calls));
  console.table(rows);
  console.log(`${total} kills, before ${struck} of ${calls} calls`);
  return total;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one + other, 0);
}
