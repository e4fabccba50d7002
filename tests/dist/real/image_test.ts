import assert from "node:assert/strict";
import { parse } from "yaml";
import { makePortable } from "../../../scripts/release/portable.ts";
import { BIN } from "../../../scripts/release/product.ts";
import { startReplica } from "../../../scripts/replica/server.ts";
import { closing, upToDate } from "../../e2e/daemon_program.ts";
import { filesBelow } from "../../e2e/disk.ts";
import { commandsBelow } from "../../pages.ts";
import { debian } from "./debian.ts";
import { canContain, type Engine, engineOn } from "./engine.ts";
import { awaited } from "./machine.ts";

const DOCKER = new URL("../../../dist/docker/", import.meta.url);
const [deno, base] = Deno.readTextFileSync(new URL("Dockerfile", DOCKER)).matchAll(/^FROM (\S+)/gm).map((
  from,
) => from[1]);
const BASES = { deno: `docker.io/${deno}`, debian: `docker.io/library/${base}` };
const { services: { "xetra-parqed": compose } } = parse(
  Deno.readTextFileSync(new URL("compose.yaml", DOCKER)),
);
const DEBIAN = canContain ? await debian() : null;
/** A day of minute files without its daily file, and a quota: it cannot be complete before the test ends. */
const LONG_DAY = { venue: "DGAT", date: "2026-09-01", trades: 500 };

/** The options of `docker run` that mean what compose.yaml says. */
function asComposed(): string {
  const { read_only, tmpfs, cap_drop, security_opt, mem_limit, pids_limit } = compose;
  return [
    ...(read_only ? ["--read-only"] : []),
    ...tmpfs.map((path: string) => `--tmpfs ${path}`),
    ...cap_drop.map((name: string) => `--cap-drop ${name}`),
    ...security_opt.map((option: string) => `--security-opt ${option}`),
    `--memory ${mem_limit} --pids-limit ${pids_limit}`,
  ].join(" ");
}

/** Waits until a container's log has a line like this. */
async function logs({ run }: Engine, container: string, pattern: RegExp): Promise<void> {
  let log = "";
  try {
    await awaited(async () => {
      const { stdout, stderr } = await run(`docker logs ${container}`);
      log = stdout + stderr;
      return pattern.test(log) ? true : null;
    });
  } catch {
    assert.match(log, pattern);
  }
}

Deno.test({
  name:
    "an engine builds the image of the shipped Dockerfile and runs it by the page's commands: healthy while a first " +
    "day is fetched and then, stopped with 0, its data kept",
  ignore: DEBIAN === null,
}, async (t) => {
  await makePortable(BIN); // so that the packages for bundling are cached
  const days = ["DETR", "DFRA"].map(upToDate);
  await using replica = await startReplica({
    days: [...days, LONG_DAY],
    files: closing(...days),
    quota: { downloads: 30, seconds: 60 },
  });
  await using engine = await engineOn(DEBIAN!, BASES, replica.apiUrl);
  const [build, run, status] = commandsBelow("dist/doc/install.md", "With Docker");
  /** A step whose failure ends the test. */
  const step = async (name: string, work: () => Promise<void>) => assert.ok(await t.step(name, work), name);
  const health = async (container: string) => (await engine.run(`docker healthcheck run ${container}`)).code;
  const stop = async (container: string) => {
    await engine.said(`docker stop --time 10 ${container}`);
    assert.equal(await engine.said(`docker inspect --format '{{.State.ExitCode}}' ${container}`), "0");
  };

  await step("it is built, with its health check and its user", async () => {
    await engine.said(build);
    const [image] = JSON.parse(await engine.said("docker inspect xetra-parqed"));
    assert.deepEqual([image.User, image.Healthcheck.Timeout], ["xetra", 30e9]);
  });
  await step("the page's container stores its venues' trades and is fine", async () => {
    await engine.said(run);
    await logs(engine, "xetra", /Cycle 1: DETR: 2 files, .*DFRA: 2 files, /);
    assert.match(await engine.said(status), /DETR/);
    assert.equal(await health("xetra"), 0);
    assert.equal(
      await engine.said("docker exec xetra sh -c 'xetra-parqed status $VENUES --check'"),
      "DETR: fine",
    );
  });
  await step("stopped it ends with 0 and keeps its data, with which it goes on", async () => {
    await stop("xetra");
    const volume = await engine.said("docker volume inspect --format '{{.Mountpoint}}' xetra");
    const stored = filesBelow(volume).filter((path) => path.endsWith("/trades.parquet"));
    // Shortly after midnight in Frankfurt the files of one day lie in two.
    assert.deepEqual(
      new Set(stored.map((path) => /venue=(\w+)/.exec(path)?.[1])),
      new Set(["DETR", "DFRA"]),
    );
    await engine.said("docker start xetra");
    // In active hours it begins with a cycle, at other hours it waits for them.
    await logs(
      engine,
      "xetra",
      /Stopping daemon mode[^]*Starting daemon mode[^]*(?:Cycle 1: DETR: 0 files, |Waiting until )/,
    );
    await stop("xetra");
  });
  await step(
    "with the settings of compose.yaml and a cron expression it is healthy while it fetches a first day",
    async () => {
      const more = `-e VENUES=DGAT -e OPTIONS="--schedule '*/15 8-18 * * 1-5'" -v composed:/data`;
      await engine.said(`docker run -d --name composed ${asComposed()} ${more} xetra-parqed`);
      await logs(engine, "composed", /fetching at "\*\/15 8-18 \* \* 1-5"[^]*Fetching 1,321 files/);
      assert.equal(await health("composed"), 0);
      assert.match(
        await engine.said("docker exec composed xetra-parqed status DGAT --check || true"),
        /catching up/,
      );
      await stop("composed");
    },
  );
});
