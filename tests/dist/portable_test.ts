import assert from "node:assert/strict";
import { ENVIRONMENT } from "../../scripts/release/flags.ts";
import { writeTruth } from "../../scripts/replica/truth.ts";
import { VERSION } from "../../src/cli/version.ts";
import { ended, heard } from "../e2e/daemon_program.ts";
import { assertForeseen } from "../e2e/evidence.ts";
import { fetchArgs, type Run, startCommand } from "../e2e/harness.ts";
import { isPossible } from "../e2e/possible.ts";
import { assertStoresTruth } from "../e2e/truth.ts";
import { busy } from "../busy.ts";
import { Home, isRoot } from "./portable.ts";
import { canPlay, serviceManager, SOCKET } from "./service_manager.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 6_000, minutes: { from: 480, until: 510 } };
const TRUTH = {
  writeTruth: (dir: string, except: ReadonlySet<string> = new Set()) =>
    writeTruth(dir, [DAY], (name) => !except.has(name)),
};
const SOURCES = new URL("../../src", import.meta.url).pathname;
/** Free, since nothing else runs in that network. */
const PORT = 8765;
const EXCHANGE = { apiUrl: `http://127.0.0.1:${PORT}/api` };
const LOOPBACK_ONLY = ["-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"];
const canIsolate = isRoot && await isPossible("unshare", ...LOOPBACK_ONLY, "true");
if (!canIsolate) console.log("only root, with iproute2, can take the network away: left out");

/** The exchange on a machine that has no network but loopback; disposing it ends both. */
async function island(): Promise<AsyncDisposable & { readonly under: readonly string[] }> {
  const script = new URL("serve_replica.ts", import.meta.url).pathname;
  const deno = [Deno.execPath(), "run", "--quiet", "-A", script, `${PORT}`, JSON.stringify(DAY)];
  const server = startCommand(["unshare", ...LOOPBACK_ONLY, ...deno]);
  await heard(server, /serving/);
  return {
    /** Runs a command there. */
    under: ["nsenter", `--net=/proc/${server.child.pid}/ns/net`],
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Fails unless each line of the log names a place in the TypeScript source where something is logged. */
function assertPositionsOfSource({ stderr }: Run): void {
  const positions = [...stderr.matchAll(/ \| (\S+):\S+:(\d+) - /g)];
  assert.equal(positions.length, stderr.trimEnd().split("\n").length);
  for (const [position, module, line] of positions) {
    const source = Deno.readTextFileSync(`${SOURCES}/${module.replaceAll(".", "/")}.ts`).split("\n");
    assert.match(
      source[Number(line) - 1] ?? "",
      /\blog\b|\blogger\b|tell|\.(debug|info|warn|error)\(/,
      position,
    );
  }
}

Deno.test({
  name:
    "from an empty folder, unprivileged, with no Deno in PATH and no network but loopback: it starts, fetches what is " +
    "true, and runs as the one daemon of its venue until SIGTERM",
  ignore: !canIsolate,
}, async (t) => {
  await using exchange = await island();
  using home = new Home();
  const run = (...args: string[]) => home.run(args, exchange);

  await t.step(
    "a cold start takes 1.5 s and a warm one 0.15 s, or twice that, and longer where the machine has other work",
    async () => {
      const cold = await run("--version");
      const warm: Run[] = [];
      for (let n = 0; n < 5; n++) warm.push(await run("--version"));
      for (const { code, stdout, stderr } of [cold, ...warm]) {
        assert.deepEqual([code, stdout, stderr], [0, `${VERSION}\n`, ""]);
      }
      const quickest = Math.min(...warm.map(({ millis }) => millis));
      console.log(`cold start ${cold.millis.toFixed()} ms, warm start ${quickest.toFixed()} ms`);
      assert.ok(cold.millis < busy() * 3_000 && quickest < busy() * 300);
    },
  );

  await t.step("--help and exit codes are those of the program", async () => {
    assert.match((await run("--help")).stdout, /^Usage: xetra-parqed /);
    assert.deepEqual([(await run("fetch-trades", "NOWHERE")).code, (await run()).code], [64, 64]);
  });

  await t.step("a fetch stores the truth, and logs positions in TypeScript", async () => {
    const fetched = await run(...fetchArgs(EXCHANGE, home.of("fetched")));
    assertForeseen(fetched, 0);
    assert.equal(await assertStoresTruth(home.of("fetched"), TRUTH), DAY.trades);
    assertPositionsOfSource(fetched);
  });

  await t.step("a daemon is READY, refuses a second one, and ends with 0 within 0.5 s", async () => {
    const more = ["--daemon", "--active-hours", "00:00-24:00"];
    const args = fetchArgs(EXCHANGE, home.of("watched"), ["DETR"], ...more);
    await using manager = canPlay ? await serviceManager() : null;
    const env: Record<string, string> = manager === null ? {} : { NOTIFY_SOCKET: SOCKET };
    const under = [...exchange.under, ...manager?.under ?? []];
    await using daemon = home.start(args, { under, env });
    if (manager !== null) assert.equal(await manager.next(), "READY=1");
    await heard(daemon, / - Cycle 1: DETR: 30 files, 6,000 trades/);
    const variables = Deno.readTextFileSync(`/proc/${daemon.child.pid}/environ`).split("\0");
    assert.deepEqual(ENVIRONMENT.split(" ").filter((variable) => !variables.includes(variable)), []);
    assert.equal((await run(...args)).code, 75);
    const { millis } = await ended(daemon, "SIGTERM");
    console.log(`SIGTERM to exit ${millis.toFixed()} ms`);
    assert.ok(millis < busy() * 500);
    assert.equal(await assertStoresTruth(home.of("watched"), TRUTH), DAY.trades);
  });
});
