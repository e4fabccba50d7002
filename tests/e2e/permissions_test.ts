import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { startReplica } from "../../scripts/replica/server.ts";
import { checkoutOf } from "./checkout.ts";
import { assertForeseen, logOf, onlyErrorOf } from "./evidence.ts";
import { duckdb, partitionPath, type Run, type TemporaryDirectory, temporaryDirectory } from "./harness.ts";
import { REFUSED, REFUSED_PATHS } from "./ways_out.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 300, minutes: { from: 480, until: 510 } };

Deno.test("`deno task fetch` grants the documented permissions and nothing else", () => {
  const [variable, command, ...args] = config.tasks.fetch.command.split(" ");
  const flags = args.filter((arg) => arg.startsWith("-")).map((flag) => flag.split("="));
  assert.equal(variable, "DENO_NO_UPDATE_CHECK=1");
  assert.deepEqual([command, args[0], ...args.slice(-2)], ["deno", "run", "main.ts", "fetch-trades"]);
  assert.deepEqual(Object.fromEntries(flags.map(([flag, value]) => [flag, value?.split(",")])), {
    "--quiet": undefined,
    "--no-prompt": undefined,
    "--no-remote": undefined,
    "--allow-net": ["mfs.deutsche-boerse.com", "storage.googleapis.com", "127.0.0.1", "localhost", "[::1]"],
    "--allow-read": ["."],
    "--allow-write": ["."],
    "--allow-env": ["XETRA_PARQED_API_URL", "JOURNAL_STREAM", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"],
    "--ignore-env": undefined,
  });
});

Deno.test("`deno task fetch` needs no more than it grants: fetching, publishing, logging", async () => {
  await using replica = await startReplica({ days: [DAY], daily: true });
  using checkout = checkoutOf("main.ts");
  const options = ["--quota", "1000/1", "--log-file", "logs/fetch.log", "--log-level", "DEBUG"];
  const env = { XETRA_PARQED_API_URL: replica.apiUrl, JOURNAL_STREAM: "" };
  const first = await runTask(checkout, ["DETR", ...options], env);
  assertForeseen(first, 0);
  using database = await duckdb();
  const path = partitionPath(checkout.path, "DETR", "2026-09-01");
  assert.equal(await database.value(`SELECT count(*)::INTEGER FROM '${path}'`), 300);
  const second = await runTask(checkout, ["DETR", ...options, "--json", "--wrk-dir", "."], env);
  assertForeseen(second, 0);
  assert.equal(JSON.parse(second.stdout).venues[0].files, 0);
  assert.ok(logOf(second).includes("INFO All available data already stored for DETR"));
  assert.ok(Deno.readTextFileSync(checkout.of("logs/fetch.log")).endsWith(second.stderr));
});

Deno.test("a folder outside its grants is refused by `deno task fetch` with 73 and what to do", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using checkout = checkoutOf("main.ts");
  using outside = temporaryDirectory();
  const env = { XETRA_PARQED_API_URL: replica.apiUrl };
  const run = await runTask(checkout, ["DETR", "--wrk-dir", outside.path], env);
  assert.match(onlyErrorOf(run, 73), new RegExp(`${outside.path}.*no permission; .*another --wrk-dir$`));
  assert.deepEqual([replica.requests, [...Deno.readDirSync(outside.path)]], [[], []]);
});

Deno.test("`deno task fetch` grants nothing else: everything else that a program tries is refused", async () => {
  using checkout = checkoutOf("tests/e2e/permission_probe.ts");
  using outside = temporaryDirectory();
  Deno.writeTextFileSync(outside.of("file"), "secret");
  const env = { XETRA_PARQED_API_URL: "granted", SECRET: "secret" };
  const run = await runTask(checkout, [outside.path], env);
  assert.equal(run.code, 0, run.stderr);
  const { allowed, refused, environment } = JSON.parse(run.stdout);
  assert.deepEqual(allowed, ["a file in the folder", "a server on loopback"]);
  assert.deepEqual(environment, { NO_COLOR: "1", XETRA_PARQED_API_URL: "granted" });
  assert.deepEqual(refused, { ...REFUSED, ...REFUSED_PATHS });
  assert.equal(Deno.readTextFileSync(outside.of("file")), "secret");
});

/** Runs `deno task fetch` in a checkout, as a user does. */
async function runTask(
  checkout: TemporaryDirectory,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Run> {
  const start = performance.now();
  const { code, signal, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "fetch", ...args],
    cwd: checkout.path,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, signal, stdout: text(stdout), stderr: text(stderr), millis: performance.now() - start };
}
