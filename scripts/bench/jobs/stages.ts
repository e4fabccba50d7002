/**
 * `stages.ts DIR`: publishes what waits in the spool under V8's profiler. Prints as JSON which share of the main thread's
 * samples each stage has; those in which it was idle do not count.
 */
import { type Profiler, Session } from "node:inspector";
import { DATE } from "../raw_day.ts";
import { publishSpooled } from "./publish_spooled.ts";

const SAMPLE_MICROS = 200;
/** The first of these of which some function is running; by the files of the functions, or the names of V8's own. */
const STAGES: readonly (readonly [stage: string, of: RegExp])[] = [
  ["garbage collection", /^\(garbage collector\)/],
  ["ZSTD", /\/store\/parquet\/zstd\.ts/],
  ["digests", /\/store\/digest\.ts|^op_node_hash/],
  ["reading and unpacking", /\/store\/spool\/gzip\.ts/],
  ["writing", /\/system\/atomic\.ts/],
  ["encoding", /\/store\/parquet\/|hyparquet/],
  ["scanning", /\/feed\/decode\/| wasm:/],
  ["sorting and comparing", /\/store\/(order|nearly_sorted)\.ts/],
  ["gathering", /\/feed\/records\/|\/store\/merge_sorted\.ts/],
  ["all else", /^/],
];

const session = new Session();
session.connect();
await ask("Profiler.enable");
await ask("Profiler.setSamplingInterval", { interval: SAMPLE_MICROS });
await ask("Profiler.start");
await publishSpooled(Deno.args[0], DATE);
console.log(JSON.stringify(sharesIn((await ask<Profiler.StopReturnType>("Profiler.stop")).profile)));

function ask<T>(method: string, params: object = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    session.post(method, params, (error, answer) => error === null ? resolve(answer as T) : reject(error));
  });
}

function sharesIn({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Record<string, number> {
  const stackOf = stacksOf(nodes);
  const times = new Map(STAGES.map(([stage]) => [stage, 0]));
  samples.forEach((node, i) => {
    const stack = stackOf.get(node)!;
    const isCounted = !stack.some((frame) => /^\(idle\)|inspector/.test(frame));
    const [stage] = STAGES.find(([, of]) => stack.some((frame) => of.test(frame)))!;
    if (isCounted) times.set(stage, times.get(stage)! + timeDeltas[i]);
  });
  const total = times.values().reduce((sum, time) => sum + time);
  return Object.fromEntries([...times].map(([stage, time]) => [stage, time / total]));
}

/** For each node the functions that are running, `NAME FILE`; the nodes are a tree of calls. */
function stacksOf(nodes: readonly Profiler.ProfileNode[]): Map<number, string[]> {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const stacks = new Map<number, string[]>();
  for (const { id, callFrame: { functionName, url } } of nodes) { // parents come first
    stacks.set(id, [`${functionName} ${url}`, ...stacks.get(parents.get(id)!) ?? []]);
  }
  return stacks;
}
