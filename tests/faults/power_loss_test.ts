import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Run, temporaryDirectory } from "../e2e/harness.ts";
import { judgeRecovery } from "./campaign.ts";
import { everyRound } from "./extent.ts";
import { Judge } from "./judge.ts";
import { copyInto, endOf, traced } from "./kills.ts";
import { type Content, DISK_CALLS, ForgetfulDisk, type Loss, LOSSES } from "./forgetful_disk.ts";
import { rawFilesBelow, type Strike } from "./strike.ts";
import { STRIKES } from "./strikes.ts";
import { canTrace } from "./trace.ts";

/** What `deno task test` looks at, and how many states of each. */
const SAMPLED = ["a fetch of a day that has grown", "a cleanup", "a consolidation", "a merge of quotes"];
const SAMPLE = 4;
/** All that is written must be in the trace: more than any file has. */
const BYTES = 10_000_000;
/** A log is not synced, a power loss may cost its last lines; and a large day has more states than can be kept. */
const LEFT_OUT = ["a log rotation", "a fetch of a large day"];

/** What a power loss leaves after a call. */
interface State {
  readonly after: string;
  readonly loss: Loss;
  readonly content: Content;
}

if (!canTrace) console.log("without strace it is not known what is synced: these tests are left out");

for (const name of everyRound ? Object.keys(STRIKES).filter((name) => !LEFT_OUT.includes(name)) : SAMPLED) {
  Deno.test({
    name:
      `a power loss at any moment of ${name} costs nothing that was stored before, and the next run stores the ` +
      "truth; one after its end costs nothing",
    ignore: !canTrace,
    async fn() {
      await using strike = await STRIKES[name]();
      using dir = temporaryDirectory();
      const { run, states, atEnd } = await statesOf(strike, dir.path);
      using judge = await Judge.of(strike, dir.path);
      const raw = rawFilesBelow(dir.path);
      lay(dir.path, atEnd);
      assert.deepEqual(
        [...rawFilesBelow(dir.path).keys()].sort(),
        [...raw.keys()].sort(),
        "raw files at the end",
      );
      await judge.holdsTruth(dir.path);
      await strike.judge?.(dir.path, [run, run]);
      const chosen = everyRound ? states : evenly(states, SAMPLE);
      const failures: string[] = [];
      for (const { after, loss, content } of chosen) {
        lay(dir.path, content);
        const runs = [run];
        await judgeRecovery(strike, judge, dir.path, runs).catch(({ message }) => {
          const end = runs.length > 1 ? `\nThe next run ${endOf(runs[1])}` : "";
          const failure = `${loss} that was not synced is lost, after ${after}: ${message}${end}`;
          console.error(failure); // at once: the rounds of a daemon take long
          failures.push(failure);
        });
      }
      console.log(`${name}: ${chosen.length} of ${states.length} states that a power loss leaves`);
      assert.equal(failures.length, 0, failures.join("\n"));
    },
  });
}

/** Runs a strike's command in `dir`; returns each state that a power loss leaves once, and what one after its end does. */
async function statesOf(
  strike: Strike,
  dir: string,
): Promise<{ run: Run; states: State[]; atEnd: Content }> {
  copyInto(dir, strike.start);
  const disk = new ForgetfulDisk(dir, contentBelow(dir));
  const { run, calls } = await traced(strike, dir, ["-f", "-s", String(BYTES), "-e", `trace=${DISK_CALLS}`]);
  assert.equal(run.code, strike.code, endOf(run));
  const states = new Map<string, State>();
  const digests = new WeakMap<Uint8Array, string>();
  for (const call of calls) {
    if (!disk.follow(call)) continue;
    for (const loss of LOSSES) {
      const content = disk.after(loss);
      const digest = digestOf(content, digests);
      if (!states.has(digest)) states.set(digest, { after: `${call.name} ${call.paths}`, loss, content });
    }
  }
  // What is not there to be lost would never be missed.
  assert.equal(
    digestOf(disk.content(), digests),
    digestOf(contentBelow(dir), digests),
    "all calls are known",
  );
  return { run, states: [...states.values()], atEnd: disk.after("everything") };
}

/** What lies below a folder, sorted by its paths. */
function contentBelow(dir: string, below = ""): Content {
  const content = new Map<string, Uint8Array | null>();
  for (const { name, isDirectory } of Deno.readDirSync(join(dir, below))) {
    const path = join(below, name);
    content.set(path, isDirectory ? null : Deno.readFileSync(join(dir, path)));
    if (isDirectory) contentBelow(dir, path).forEach((bytes, inner) => content.set(inner, bytes));
  }
  return below === "" ? new Map([...content].sort(([a], [b]) => a < b ? -1 : 1)) : content;
}

/** Makes this the only content of a folder. */
function lay(dir: string, content: Content): void {
  Deno.removeSync(dir, { recursive: true });
  Deno.mkdirSync(dir);
  for (const [path, bytes] of content) {
    if (bytes === null) Deno.mkdirSync(join(dir, path));
    else Deno.writeFileSync(join(dir, path), bytes);
  }
}

function digestOf(content: Content, digests: WeakMap<Uint8Array, string>): string {
  const hash = createHash("sha256");
  for (const [path, bytes] of content) {
    if (bytes !== null && !digests.has(bytes)) {
      digests.set(bytes, createHash("sha256").update(bytes).digest("hex"));
    }
    hash.update(`${path} ${bytes === null ? "" : digests.get(bytes)}\n`);
  }
  return hash.digest("hex");
}

function evenly<T>(all: readonly T[], count: number): T[] {
  if (all.length <= count) return [...all];
  return Array.from({ length: count }, (_, i) => all[Math.floor(((i + 0.5) * all.length) / count)]);
}
