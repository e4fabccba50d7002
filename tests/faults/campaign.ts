import assert from "node:assert/strict";
import { type Run, temporaryDirectory } from "../e2e/harness.ts";
import { runInOneProcess } from "../e2e/one_process.ts";
import { Judge } from "./judge.ts";
import {
  type CallId,
  endOf,
  killAt,
  type Reference,
  referenceOf,
  runIn,
  type Target,
  targetOf,
} from "./kills.ts";
import type { Strike } from "./strike.ts";

/** More than in the first run: the order of downloads, and so of writes, differs between runs. */
const MORE_CALLS = 20;
/** How often a call that the counting did not reach is struck by its path. */
const TRIES = 5;
/** Rounds at a time: twice as many as there are processors, for each waits for the disk. */
const LANES = 2 * navigator.hardwareConcurrency;
/** The number of failures after which a campaign is given up. */
const ENOUGH_FAILURES = 10;

/** The result of a campaign. */
export interface Outcome {
  readonly strike: string;
  /** How often the program was killed, by call. */
  readonly kills: Readonly<Record<string, number>>;
  /** How many different calls there were, and how many of them were struck. */
  readonly calls: number;
  readonly struck: number;
  readonly failures: readonly string[];
}

/** A strike with its first run and its judge. */
export class Campaign implements AsyncDisposable {
  readonly failures: string[] = [];
  readonly kills: Record<string, number> = {};
  readonly struck = new Set<CallId>();

  private constructor(
    readonly name: string,
    readonly strike: Strike,
    readonly reference: Reference,
    readonly judge: Judge,
  ) {}

  static async of(name: string, strike: Strike): Promise<Campaign> {
    using dir = temporaryDirectory();
    const reference = await referenceOf(strike, dir.path);
    return new Campaign(name, strike, reference, await Judge.of(strike, dir.path));
  }

  /** Kills before each of `targets`, judges what is left, runs again, and judges that. */
  async strikeAt(targets: readonly Target[]): Promise<void> {
    const queue = targets.values();
    await Promise.all(Array.from({ length: LANES }, async () => {
      using dir = temporaryDirectory();
      for (const target of queue) {
        if (this.failures.length >= ENOUGH_FAILURES) return;
        await this.#roundNear(target, dir.path);
      }
    }));
  }

  /** Counts each kind of call up until a run survives, then strikes what the counting did not reach by its path. */
  async strikeAtAll(): Promise<void> {
    const { targets } = this.reference;
    await this.strikeAt(targets);
    using dir = temporaryDirectory();
    for (const last of lastOf(targets)) {
      let nth = last.nth + 1;
      while (await this.#round({ ...last, nth }, dir.path)) {
        assert.ok(
          nth++ < last.nth + MORE_CALLS,
          `${this.name} does not survive ${nth} of ${last.name}`,
        );
      }
    }
    for (let tries = 0; tries < TRIES && this.#missed().length > 0; tries++) {
      await this.strikeAt(this.#missed().map(targetOf));
    }
  }

  outcome(): Outcome {
    const { name, kills, failures, reference } = this;
    const struck = reference.calls.length - this.#missed().length;
    return { strike: name, kills, failures, calls: reference.calls.length, struck };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.judge[Symbol.dispose]();
    await this.strike[Symbol.asyncDispose]();
  }

  #missed(): CallId[] {
    return this.reference.calls.filter((id) => !this.struck.has(id));
  }

  /** The last call of a kind is the one before, when a run makes one less than the first did. */
  async #roundNear(target: Target, dir: string): Promise<void> {
    for (let { nth } = target; nth > 0; nth--) {
      if (await this.#round({ ...target, nth }, dir)) return;
    }
  }

  /** False when the run survived. */
  async #round(target: Target, dir: string): Promise<boolean> {
    let struck = `${target.name} ${target.nth}`;
    const runs: Run[] = [];
    try {
      const killed = await killAt(this.strike, target, dir);
      if (killed === null) return false;
      struck = killed.struck;
      runs.push(killed.run);
      this.kills[target.name] = (this.kills[target.name] ?? 0) + 1;
      this.struck.add(struck);
      await judgeRecovery(this.strike, this.judge, dir, runs);
    } catch (error) {
      const ends = runs.map((run, i) => `The ${i === 0 ? "killed" : "next"} run ${endOf(run)}`);
      const what = `${this.name}, killed before ${struck}: ${(error as Error).message}`;
      const failure = [what, ...ends].join("\n");
      console.error(failure); // at once, and whole: a comparison that fails later shows only a part
      this.failures.push(failure);
    }
    return true;
  }
}

/** Judges what a run left that did not end; runs again, as the second of `runs`, and judges that. */
export async function judgeRecovery(strike: Strike, judge: Judge, dir: string, runs: Run[]): Promise<void> {
  const raw = await judge.afterKill(dir);
  await strike.judge?.(dir, runs);
  runs.push(strike.endsAfter === null ? await runInOneProcess(strike.args(dir)) : await runIn(dir, strike));
  assert.equal(runs[1].code, strike.code, "the exit code of the next run");
  await judge.afterRerun(dir, raw);
  await strike.judge?.(dir, runs);
}

/** Of each kind of call the one with the highest number. */
function lastOf(targets: readonly Target[]): Target[] {
  return [
    ...new Map(targets.toSorted((a, b) => a.nth - b.nth).map((target) => [target.name, target])).values(),
  ];
}
