import assert from "node:assert/strict";
import { parse } from "yaml";
import config from "../../deno.json" with { type: "json" };
import { startReplica } from "../../scripts/replica/server.ts";
import { knownVenues } from "../../src/feed/venue.ts";
import { closing, heard, upToDate } from "../e2e/daemon_program.ts";
import { filesBelow } from "../e2e/disk.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { shell } from "../e2e/shell.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const DOCKER = `${ROOT}dist/docker`;

interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** The instructions of the Dockerfile, in order, continued lines joined. */
const instructions = Deno.readTextFileSync(`${DOCKER}/Dockerfile`).replaceAll(/\\\n\s*/g, "").split("\n")
  .filter((line) => line !== "" && !line.startsWith("#")).map((line): Instruction => {
    const [, name, text] = /^([A-Z]+) (.*)$/.exec(line) ?? assert.fail(`no instruction: ${line}`);
    return { name, text };
  });
const final = instructions.slice(instructions.findLastIndex(({ name }) => name === "FROM"));
const compose = parse(Deno.readTextFileSync(`${DOCKER}/compose.yaml`));

function only(name: string): string {
  const [{ text }, ...more] = final.filter((instruction) => instruction.name === name);
  assert.deepEqual(more, []);
  return text;
}

/** The variables that the image sets. */
function variables(): Record<string, string> {
  return Object.fromEntries(
    [...only("ENV").matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)].map((
      [, name, quoted, plain],
    ) => [name, quoted ?? plain]),
  );
}

Deno.test("the image is built in two stages on named versions, with what the build needs, and does not run as root", () => {
  assert.deepEqual(instructions.filter(({ name }) => name === "FROM").map(({ text }) => text), [
    `denoland/deno:${/DENO_VERSION=(\S+)/.exec(Deno.readTextFileSync(`${ROOT}.ci/run`))![1]} AS build`,
    "debian:12-slim",
  ]);
  assert.equal(only("USER"), "xetra");
  assert.equal(only("VOLUME"), only("WORKDIR"));
  const copied = instructions.filter(({ name, text }) => name === "COPY" && !text.startsWith("--from"))
    .flatMap(({ text }) => text.split(" ").slice(0, -1));
  for (const path of copied) Deno.statSync(ROOT + path);
  const sent = Deno.readTextFileSync(`${DOCKER}/Dockerfile.dockerignore`).trim().split("\n");
  assert.deepEqual(sent, ["*", ...copied.map((path) => `!${path}`)]);
  const [malloc] = config.tasks.daemon.command.split(" ");
  assert.equal(`MALLOC_MMAP_THRESHOLD_=${variables().MALLOC_MMAP_THRESHOLD_}`, malloc);
});

Deno.test("the image's own commands fetch the venues of VENUES, with quoted options, are healthy then, and end at SIGTERM", async () => {
  const venues = ["DETR", "DFRA"];
  const days = venues.map(upToDate);
  await using replica = await startReplica({ days, files: closing(...days) });
  using folder = temporaryDirectory();
  const env = {
    ...variables(),
    VENUES: venues.join(" "),
    OPTIONS: "--schedule '*/10 * * * *'",
  };
  const inside = (words: string[]) => {
    const variables = Object.entries(env).map(([name, value]) => `export ${name}="${value}"`).join("\n");
    return shell(`${variables}\nexec ${words.map((word) => `'${word}'`).join(" ")}`, folder.path, replica);
  };
  const health = JSON.parse(only("HEALTHCHECK").replace(/^.* CMD /, ""));
  {
    await using early = inside(health);
    assert.equal((await early.ended).code, 1, "no daemon is running");
  }
  await using daemon = inside(JSON.parse(only("CMD")));
  await heard(daemon, /fetching at "\*\/10 \* \* \* \*"/);
  await heard(daemon, / - Cycle 1: DETR: 2 files, .*DFRA: 2 files, /);
  await using check = inside(health);
  const { code, stdout } = await check.ended;
  assert.deepEqual([code, stdout], [0, "DETR: fine\n"]);
  daemon.child.kill("SIGTERM");
  assert.equal((await daemon.ended).code, 0);
  // Shortly after midnight in Frankfurt they belong to the UTC date before, and the daily file to this one.
  const stored = filesBelow(folder.path).flatMap((path) =>
    /venue=(\w+)\/.*\/trades\.parquet$/.exec(path)?.[1] ?? []
  );
  assert.deepEqual(new Set(stored), new Set(venues));
});

Deno.test("compose.yaml runs one daemon for the four venues, with only its volume writable", () => {
  const { name, services: { "xetra-parqed": service, ...others }, volumes } = compose;
  assert.deepEqual([name, others, volumes], ["xetra-parqed", {}, { data: null }]);
  assert.deepEqual(service.environment.VENUES.split(" "), knownVenues());
  assert.deepEqual(Object.keys(service.environment).filter((name) => !(name in variables())), []);
  assert.deepEqual(service.volumes, [`data:${only("VOLUME")}`]);
  assert.deepEqual([service.read_only, service.cap_drop, service.restart], [true, ["ALL"], "unless-stopped"]);
  const { context, dockerfile } = service.build;
  Deno.statSync(`${DOCKER}/${context}/${dockerfile}`);
  Deno.statSync(`${DOCKER}/${context}/deno.json`);
});
