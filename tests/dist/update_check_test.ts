import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import config from "../../deno.json" with { type: "json" };
import { BAKED_FLAGS } from "../../scripts/release/flags.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { checkoutOf } from "../e2e/checkout.ts";
import { DAY, heard } from "../e2e/daemon_program.ts";
import { reached } from "../e2e/evidence.ts";
import {
  fetchArgs,
  MAIN,
  startCommand,
  type TemporaryDirectory,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { Home } from "./portable.ts";
import { LAUNCHER } from "./unit.ts";

/** Deno looks for updates half a second after its start. */
const PATIENCE_MILLIS = 1_500;
const UPDATES = /^CONNECT dl\.deno\.land:443 /;

/** A proxy that records every HTTPS request, including Deno's own. */
function eavesdropper(): Disposable & { readonly url: string; readonly asked: string[] } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const asked: string[] = [];
  const accept = async () => {
    for await (const connection of listener) {
      const bytes = new Uint8Array(4096);
      const count = await connection.read(bytes).catch(() => null); // the client has closed
      if (count !== null) asked.push(new TextDecoder().decode(bytes.subarray(0, count)).split("\r\n")[0]);
      connection.close();
    }
  };
  void accept();
  return { url: `http://127.0.0.1:${listener.addr.port}`, asked, [Symbol.dispose]: () => listener.close() };
}

/** A folder for Deno's cache in which Deno has not checked for updates yet. */
async function cacheOfBeginner(): Promise<TemporaryDirectory> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout));
  const folder = temporaryDirectory();
  for (const { name } of Deno.readDirSync(denoDir)) {
    if (name !== "latest.txt") Deno.symlinkSync(`${denoDir}/${name}`, folder.of(name));
  }
  return folder;
}

/** The requests, apart from those to the replica, soon after this command has started a daemon, or once `isEnough` holds. */
async function askedBy(
  commandUnder: (env: Record<string, string>) => readonly string[],
  replica: Replica,
  { cwd, isEnough }: { cwd?: string; isEnough?: (asked: readonly string[]) => boolean } = {},
): Promise<string[]> {
  using ears = eavesdropper();
  using cache = await cacheOfBeginner();
  const proxy = { HTTPS_PROXY: ears.url, NO_PROXY: "", no_proxy: "" };
  const env = { ...proxy, XETRA_PARQED_API_URL: replica.apiUrl, DENO_DIR: cache.path };
  const clean = ["env", "-u", "DENO_NO_UPDATE_CHECK", "-u", "https_proxy"];
  await using program = startCommand([...clean, ...commandUnder(env)], { cwd, env });
  await heard(program, / - Cycle 1: DETR: 10 files, 400 trades/);
  if (isEnough === undefined) await setTimeout(PATIENCE_MILLIS);
  else await reached(program, "a request", () => isEnough(ears.asked));
  program.child.kill("SIGTERM");
  await program.ended;
  return ears.asked;
}

/** The arguments of a daemon below this folder, after those that start the program. */
const daemon = (replica: Replica, dir: string) =>
  fetchArgs(replica, dir, ["DETR"], "--daemon", "--active-hours", "00:00-24:00");

Deno.test("an unmodified Deno checks for updates while the program runs, and this test sees it", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const command = [Deno.execPath(), "run", "--quiet", ...BAKED_FLAGS, MAIN, ...daemon(replica, folder.path)];
  const isEnough = (asked: readonly string[]) => asked.some((line) => UPDATES.test(line));
  assert.ok(isEnough(await askedBy(() => command, replica, { isEnough })));
});

Deno.test("neither the launcher nor the portable program checks for updates or makes other requests", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  assert.deepEqual(await askedBy(() => [LAUNCHER, ...daemon(replica, folder.path)], replica), []);
  using home = new Home();
  const portable = (env: Record<string, string>) => home.command(daemon(replica, home.of("data")), env);
  assert.deepEqual(await askedBy(portable, replica), []);
});

Deno.test("no task checks for updates", async () => {
  const telling = Object.values(config.tasks).map(({ command }) =>
    /\bDENO_NO_UPDATE_CHECK=1 deno run /.test(command)
  );
  assert.deepEqual(new Set(telling), new Set([true]));
  await using replica = await startReplica({ days: [DAY] });
  using checkout = checkoutOf("main.ts");
  const options = ["--active-hours", "00:00-24:00", "--quota", "1000/1"];
  const task = [Deno.execPath(), "task", "--quiet", "daemon", "DETR", ...options];
  assert.deepEqual(await askedBy(() => task, replica, { cwd: checkout.path }), []);
});
