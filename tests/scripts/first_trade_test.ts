import $ from "@david/dax";
import assert from "node:assert/strict";
import { serveFolder } from "../../scripts/first_trade/serve_folder.ts";
import { takenBy, type Way } from "../../scripts/first_trade/way.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { Home } from "../dist/portable.ts";
import { temporaryDirectory } from "../e2e/harness.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 400, minutes: { from: 480, until: 490 } };
const WAY: Way = {
  title: "the portable program",
  file: "program.run",
  under: [],
  install: "install program.run xetra-parqed",
  fetch: "./xetra-parqed fetch-trades DETR",
};

Deno.test("a way from a download to stored trades is reported with its commands and their times, and fails when it stores none", async () => {
  using home = new Home();
  using releases = temporaryDirectory();
  Deno.copyFileSync(home.program, releases.of(WAY.file));
  await $`sha256sum ${WAY.file} > SHA256SUMS`.cwd(releases.path);
  await using replica = await startReplica({ days: [DAY] });
  await using server = serveFolder($.path(releases.path));
  const { origin } = server;
  const surroundings = { origin, apiUrl: replica.apiUrl, trades: DAY.trades };
  const steps = await takenBy(WAY, surroundings);
  assert.deepEqual(steps.map(({ command }) => command), [
    "curl -fsSLO …/program.run",
    "curl -fsSLO …/SHA256SUMS",
    "sha256sum --check --ignore-missing SHA256SUMS",
    WAY.install,
    WAY.fetch,
  ]);
  assert.ok(steps.every(({ millis }) => millis >= 0) && steps.at(-1)!.millis > 100);

  await assert.rejects(takenBy({ ...WAY, file: "none.run" }, surroundings), /the portable program: .*404/s);
  await assert.rejects(takenBy({ ...WAY, fetch: "true" }, surroundings));
  assert.equal((await fetch(`${origin}/%2e%2e/secret`)).status, 404);
});
