import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { ended, heard } from "../e2e/daemon_program.ts";
import { assertForeseen } from "../e2e/evidence.ts";
import { AMPLE_QUOTA, fetchArgs, rawPath, type Run, temporaryDirectory } from "../e2e/harness.ts";
import { assertStoresTruth } from "../e2e/truth.ts";
import { REFUSED, REFUSED_PATHS } from "../e2e/ways_out.ts";
import { Home, TOOLS, unpackedIn } from "./portable.ts";

const QUOTES = {
  service: "DGAT-pretrade",
  date: "2026-09-01",
  rows: 50,
  instruments: 50,
  minutes: { from: 480, until: 490 },
};
const DAY = { venue: "DETR", date: "2026-09-01", trades: 400, minutes: { from: 480, until: 490 } };

/** Fails unless it ended like this, and never needed a permission that it does not have. */
function assertPermitted(run: Run, code: number, said: RegExp): void {
  assertForeseen(run, code);
  assert.match(run.stdout + run.stderr, said);
  assert.doesNotMatch(run.stdout + run.stderr, /NotCapable|Requires|no permission|--allow/);
}

Deno.test("with the built-in permissions each command does everything that it should, wherever its paths lie", async (t) => {
  await using replica = await startReplica({ days: [DAY], quotes: [QUOTES], daily: true });
  using home = new Home();
  const dir = home.of("data");
  const image = home.of("image");
  Deno.mkdirSync(`${image}/usr/local/bin`, { recursive: true });
  Deno.copyFileSync(home.program, `${image}/usr/local/bin/xetra-parqed`);
  home.own();
  const env = { XETRA_PARQED_API_URL: replica.apiUrl };
  const run = (...args: string[]) =>
    home.run(["--wrk-dir", dir, "--log-file", home.of("logs/log"), ...args], { env });
  const first = fetchArgs(replica, dir).slice(2);
  const quotes = ["fetch-quotes", "DGAT", "--quota", AMPLE_QUOTA];

  const commands: [title: string, args: string[], code: number, said: RegExp][] = [
    ["list-files", ["list-files", "DETR"], 0, /DETR-posttrade-2026-09-01T08_00\.json\.gz/],
    ["fetch-trades", first, 0, /400 trades added/],
    ["fetch-trades again", first, 0, /already stored/],
    ["fetch-quotes", quotes, 0, /quotes added/],
    ["check-status", ["check-status", "DETR"], 0, /2026-09-01/],
    ["check-partial", ["check-partial", "DETR"], 0, /DETR/],
    ["coverage", ["coverage", "DETR", "--to", "2026-09-01"], 0, /1 trading day/],
    ["trades", ["trades", "DETR", "--isin", "DE0007164600"], 0, /^$|DE0007164600/],
    ["connect", ["connect", "DETR"], 0, /views-DETR\.sql/],
    ["bars", ["bars", "DETR"], 0, /DETR: bars of a day/],
    ["closes", ["closes", "DETR"], 0, /official_close/],
    ["status", ["status", "DETR"], 0, /DETR/],
    ["verify", ["verify", "DETR"], 0, /DETR/],
    ["reprocess", ["reprocess", "DETR"], 0, /DETR/],
    ["reprocess --force", ["reprocess", "DETR", "--force"], 0, /DETR/],
    ["verify --repair", ["verify", "DETR", "--repair"], 0, /DETR/],
    ["verify --from", ["verify", "DETR", "--repair", "--from", "elsewhere"], 64, /has no data/],
    ["consolidate-month", ["consolidate-month", "DETR", "--month", "2026-09", "--yes"], 0, /2026-09/],
    ["merge", ["merge", "DETR", "--from", "elsewhere"], 64, /has no data/],
    ["export", ["export", "DETR", "--to", home.of("lake")], 0, /2026-09 +trades +400 +written/],
    ["adopt", ["adopt", "DETR"], 0, /DETR: nothing to adopt/],
    [
      "install-service",
      [
        "install-service",
        "DETR",
        "--root",
        image,
        "--wrk-dir",
        "/srv/xetra",
        "--log-file",
        "/var/log/xetra/log",
      ],
      0,
      /written: .*\.service/,
    ],
    ["uninstall-service", ["uninstall-service", "--root", image], 0, /removed: .*\.service/],
    ["completion", ["completion", "bash"], 0, /fetch-trades/],
    ["help", ["help", "status"], 0, /^Usage: xetra-parqed status/],
    ["quotes", ["quotes", "DETR", "--isin", "DE0007164600", "--at", "17:30"], 3, /no quotes are stored/],
    ["marks", ["marks", "DETR"], 3, /no quotes are stored/],
    ["cleanup-raw", ["cleanup-raw", "DETR", "--keep-days", "0"], 0, /DETR/],
  ];
  for (const [title, args, code, said] of commands) {
    await t.step(title, async () => assertPermitted(await run(...args), code, said));
  }
  assert.equal(await assertStoresTruth(dir, replica), DAY.trades);
  assert.throws(
    () => Deno.statSync(rawPath(dir, "DETR-posttrade-2026-09-01T08_00.json.gz")),
    Deno.errors.NotFound,
  );

  await t.step("fetch-trades --daemon", async () => {
    const more = ["--daemon", "--active-hours", "00:00-24:00", "--pid-file", home.of("xetra.pid")];
    const log = ["--log-file", home.of("logs/daemon")];
    await using daemon = home.start(fetchArgs(replica, home.of("watched"), ["DETR"], ...more, ...log));
    await heard(daemon, / - Cycle 1: DETR: 1\d files, 400 trades/);
    assertPermitted(await run("status", "DETR", "--wrk-dir", home.of("watched")), 0, /running/);
    assertPermitted(await ended(daemon, "SIGTERM"), 0, /Stopping daemon mode/);
  });
});

Deno.test("the built-in permissions allow only the exchange, this machine and files", async () => {
  using home = new Home([...TOOLS, "true"]);
  using outside = temporaryDirectory();
  assert.equal((await home.run(["--version"])).code, 0);
  const [id] = unpackedIn(home.of(".cache")).whole;
  await putInPlace("../e2e/permission_probe.ts", home.of(".cache/xetra-parqed", id));
  const run = await home.run([outside.path], { env: { XETRA_PARQED_API_URL: "granted", SECRET: "secret" } });
  assert.equal(run.code, 0, run.stderr);
  const { allowed, refused, environment } = JSON.parse(run.stdout);
  assert.deepEqual(allowed, ["a file in the folder", "a server on loopback"]);
  const ways = Object.entries(refused).filter(([way]) => !(way in REFUSED_PATHS));
  assert.deepEqual(Object.fromEntries(ways), REFUSED);
  assert.deepEqual(environment, { NO_COLOR: "1", XETRA_PARQED_API_URL: "granted" });
});

/** Puts a script beside the program in `folder`, and has the main module run it, which keeps its size: that is looked at. */
async function putInPlace(script: string, folder: string): Promise<void> {
  const source = new URL(script, import.meta.url).pathname;
  const args = ["bundle", "--quiet", "--platform", "deno", "--output", `${folder}/probe.js`, source];
  const { success } = await new Deno.Command(Deno.execPath(), { args }).output();
  assert.ok(success);
  const main = `${folder}/app/main.js`;
  Deno.writeTextFileSync(main, 'import "../probe.js";'.padEnd(Deno.statSync(main).size));
}
