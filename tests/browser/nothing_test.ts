/** What the page says where there is nothing to show. */
import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { DAY } from "../e2e/daemon_program.ts";
import { assertForeseen } from "../e2e/evidence.ts";
import { fetchArgs, runProgram, temporaryDirectory } from "../e2e/harness.ts";
import { startServing } from "../e2e/page_program.ts";
import { canBrowse, visit } from "./chromium.ts";

Deno.test({
  name:
    "where nothing is stored, each view says so and how to fetch something, and shows it once it is there",
  ignore: !canBrowse,
  fn: async () => {
    using dir = temporaryDirectory();
    await using served = await startServing(dir.path);
    for (const view of ["now", "coverage", "charts", "day?venue=DETR&date=2026-09-01"]) {
      await using seen = await visit(`${served.url}/#/${view}`);
      await seen.page.getByRole("heading", { name: "Nothing is stored here yet" }).waitFor();
      await seen.page.getByText("xetra-parqed fetch-trades DETR").waitFor();
      assert.deepEqual(seen.complaints, []);
    }
  },
});

Deno.test({
  name:
    "without bars, or without anything of a year, the page says so; and when the program ends, that it is old",
  ignore: !canBrowse,
  fn: async () => {
    using dir = temporaryDirectory();
    await using replica = await startReplica({ days: [DAY] });
    assertForeseen(await runProgram(fetchArgs(replica, dir.path, [DAY.venue])), 0);
    await using served = await startServing(dir.path);
    await using charts = await visit(`${served.url}/#/charts`);
    await charts.page.getByText(`No bars of ${DAY.venue} are stored: xetra-parqed bars`).waitFor();
    await using coverage = await visit(`${served.url}/#/coverage?year=2019`);
    await coverage.page.getByText("Nothing is stored of this year.").first().waitFor();
    await using now = await visit(`${served.url}/#/now`);
    await now.page.getByText("start the service, or fetch-trades").first().waitFor();
    served.child.kill("SIGTERM");
    await now.page.getByText("No connection: what is shown may be old").waitFor();
    assert.ok(await now.page.getByText("start the service").first().isVisible(), "it stays");
  },
});
