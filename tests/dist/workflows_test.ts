import assert from "node:assert/strict";
import { parse } from "yaml";
import config from "../../deno.json" with { type: "json" };

const ROOT = new URL("../../", import.meta.url);
const NAMES = [...Deno.readDirSync(new URL(".github/workflows", ROOT))].map(({ name }) => name).sort();

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

function textOf(name: string): string {
  return Deno.readTextFileSync(new URL(`.github/workflows/${name}`, ROOT));
}

function workflow(name: string): Workflow {
  return parse(textOf(name));
}

function steps(name: string): readonly Step[] {
  return Object.values(workflow(name).jobs).flatMap((job) => job.steps);
}

Deno.test("there are two workflows: every change is tested, every tag v… released", () => {
  assert.deepEqual(NAMES, ["ci.yml", "release.yml"]);
  assert.deepEqual(workflow("ci.yml").on, { push: { branches: ["main"] }, pull_request: null });
  assert.deepEqual(workflow("release.yml").on, { push: { tags: ["v*"] } });
});

Deno.test("every action of the workflows is pinned by a commit, with its version beside it, and keeps no credentials", () => {
  for (const name of NAMES) {
    const lines = textOf(name).split("\n").filter((line) => /\buses:/.test(line));
    assert.equal(lines.length, steps(name).filter(({ uses }) => uses !== undefined).length);
    for (const line of lines) assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const checkouts = steps(name).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    assert.deepEqual(checkouts.map((step) => step.with), [{ "persist-credentials": false }]);
  }
});

Deno.test("the workflows may read the source; only the release may write, and only its last step is given the token", () => {
  assert.deepEqual(workflow("ci.yml").permissions, { contents: "read" });
  assert.deepEqual(workflow("release.yml").permissions, {});
  const jobs = NAMES.flatMap((name) => Object.entries(workflow(name).jobs));
  assert.deepEqual(jobs.map(([name, { permissions }]) => [name, permissions]), [
    ["test", undefined],
    ["release", { contents: "write" }],
  ]);
  assert.ok(jobs.every(([, job]) => Number(job["timeout-minutes"]) <= 40));
  const withToken = NAMES.flatMap(steps).filter((step) =>
    /secrets\.|github\.token/.test(JSON.stringify(step))
  );
  assert.deepEqual(withToken, [steps("release.yml").at(-1)]);
  assert.match(withToken[0].run!, /^gh release create "\$GITHUB_REF_NAME" --verify-tag /);
});

Deno.test("what the workflows run is there, nothing of an event is pasted into a script, and Deno's version is CI's", () => {
  const scripts = NAMES.flatMap(steps).flatMap(({ run }) => run ?? []).join("\n");
  assert.doesNotMatch(scripts, /\$\{\{/);
  const tasks = [...scripts.matchAll(/deno task (\w+)/g)].map(([, task]) => task);
  assert.deepEqual(tasks.filter((task) => !(task in config.tasks)), []);
  const files = [...scripts.matchAll(/(?:\.ci|scripts)\/[\w.\/]+/g)].map(([file]) => file);
  assert.ok(files.length >= 3 && files.every((file) => Deno.statSync(new URL(file, ROOT)).isFile));
  const [, version] = /^DENO_VERSION=(.+)$/m.exec(Deno.readTextFileSync(new URL(".ci/run", ROOT))) ?? [];
  assert.deepEqual([...scripts.matchAll(/deno@(\S+)/g)].map(([, installed]) => installed), [version]);
});
