import $ from "@david/dax";
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { withDictionary } from "../scripts/dictionary/page.ts";
import { SETTINGS } from "../scripts/package/places.ts";
import { makePortable } from "../scripts/release/portable.ts";
import { BIN, VERSION } from "../scripts/release/product.ts";
import { startReplica } from "../scripts/replica/server.ts";
import { STAND_IN } from "./dist/stand_in.ts";
import { LAUNCHER } from "./dist/unit.ts";
import { checkoutOf } from "./e2e/checkout.ts";
import { duckdb, type Program, type TemporaryDirectory, temporaryDirectory } from "./e2e/harness.ts";
import { shell } from "./e2e/shell.ts";
import { blocks, commandsOf, PAGES } from "./pages.ts";

const DAY = { date: "2026-09-01", trades: 300, minutes: { from: 480, until: 490 } };

/** Commands that only a signal ends, with what they log when they work. */
const ENDLESS: [command: RegExp, says: RegExp][] = [[/^deno task daemon /, /Cycle 1:|Waiting until/]];
/** Tested elsewhere: it runs this test, takes minutes, or needs the replica's own port. */
const LEFT_OUT = [
  / task test\b/,
  / task release\b/,
  / task package\b/,
  / task first-trade\b/,
  / task replica\b/,
  /127\.0\.0\.1:8765/,
];
/** Expected exit codes other than 0: without a daemon `--check` is critical. */
const CODES: [command: RegExp, code: number][] = [
  [/ --check$/, 2],
  [/--wrk-dir \/var\/lib\/xetra verify /, 3], // nothing is there that was restored or adopted
];

/** Where the README's absolute paths lie for the test. */
const SYSTEM = [
  ...["/opt", "/usr/local/bin", "/var/lib/xetra", "/var/log/xetra"],
  ...["/etc/systemd/system", "/etc/cron.d", "/etc/logrotate.d", "/etc/fish/completions"],
  dirname(SETTINGS),
  ...["/usr/share/bash-completion/completions", "/usr/local/share/zsh/site-functions"],
];
/** Commands that change the machine, or need a server that is not here, are only recorded. */
const RECORDED = ["useradd", "usermod", "chown", "systemctl", "journalctl", "docker", "apt-get", "rclone"];
/** `sudo` runs its arguments; a service is installed below the test's folder. */
const STUBS = (root: string): Record<string, string> => ({
  ...Object.fromEntries(RECORDED.map((name) => [name, `echo "${name} $*"`])),
  sudo: 'if [ "$1" = -u ]; then shift 2; fi\nexec "$@"',
  "xetra-parqed": `case "$*" in *install-service*) set -- "$@" --root ${root} ;; esac\nexec ${LAUNCHER} "$@"`,
});

/** Puts the downloads of a release into a folder, with a stub for the program. */
async function download(folder: string, { of }: TemporaryDirectory): Promise<void> {
  const name = `xetra-parqed-${VERSION}-x86_64-unknown-linux-gnu`;
  Deno.mkdirSync(of("release", name), { recursive: true });
  Deno.copyFileSync(of("stubs/xetra-parqed"), of("release", name, "xetra-parqed"));
  Deno.copyFileSync(of("stubs/xetra-parqed"), `${folder}/${name}.run`);
  await $`tar -czf ${folder}/${name}.tar.gz ${name}`.cwd(of("release"));
  await $`sha256sum ${name}.tar.gz ${name}.run > SHA256SUMS`.cwd(folder);
}

/** Puts the portable program there, which `deno task portable` finds then instead of packing 100 MB for each page. */
async function putPortable({ of }: TemporaryDirectory): Promise<void> {
  const program = await makePortable(BIN);
  Deno.mkdirSync(of("dist/bin"));
  program.copyFileSync(of("dist/bin", program.basename()));
}

/** The folder below which the README's absolute paths lie. */
function machine(): TemporaryDirectory {
  const folder = temporaryDirectory();
  for (const path of [...SYSTEM, "/var/lib/xetra/data"]) Deno.mkdirSync(folder.of(path), { recursive: true });
  Deno.copyFileSync(new URL("../dist/package/xetra-parqed.conf", import.meta.url), folder.of(SETTINGS));
  Deno.mkdirSync(folder.of("stubs"));
  for (const [name, script] of Object.entries(STUBS(folder.path))) {
    Deno.writeTextFileSync(folder.of("stubs", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return folder;
}

function onMachine(command: string, { path }: TemporaryDirectory): string {
  const here = SYSTEM.reduce((line, folder) => line.replaceAll(` ${folder}`, ` ${path}${folder}`), command);
  return `PATH="${path}/stubs:$PATH" DENORT_BIN=${STAND_IN} XETRA_PARQED_CACHE=${path}/cache\n` +
    `export DENORT_BIN XETRA_PARQED_CACHE\nexec ${here.replace("npx --yes deno@2.9.6", "deno")}`;
}

/** Runs a command until it ends, or, if it never does, until it works; returns its exit code. */
async function exitCodeOf(command: string, program: Program): Promise<number> {
  const says = ENDLESS.find(([endless]) => endless.test(command))?.[1];
  if (says === undefined) return (await program.ended).code;
  await program.said(says);
  program.child.kill("SIGTERM");
  return (await program.ended).code;
}

Deno.test("the README has at most 140 lines, and links every page", () => {
  const readme = PAGES.get("README.md")!;
  assert.ok(readme.split("\n").length <= 141);
  const linked = [...readme.matchAll(/\]\((dist\/doc\/[^)]+\.md)\)/g)].map(([, path]) => path);
  assert.deepEqual([...new Set(linked)].sort(), [...PAGES.keys()].filter((path) => path !== "README.md"));
});

Deno.test("no page has a placeholder for the name of an account", () => {
  for (const [name, page] of PAGES) {
    assert.doesNotMatch(page, /OWNER|YOUR[-_ ]?NAME|github\.com\/<|\[owner\]/, name);
  }
});

Deno.test("the columns are described as the program knows them: deno task dictionary writes them", () => {
  const page = PAGES.get("dist/doc/data.md")!;
  assert.equal(withDictionary(page), page);
});

for (const [name, page] of PAGES) {
  const tried = commandsOf(page).filter((command) => !LEFT_OUT.some((pattern) => pattern.test(command)));
  if (tried.length === 0) continue;
  Deno.test(`every command of ${name} does what it should`, async (t) => {
    await using replica = await startReplica({
      days: ["DETR", "DFRA", "DEUR"].map((venue) => ({ venue, ...DAY })),
    });
    using folder = checkoutOf("main.ts", ["src", "scripts", "dist"]);
    await putPortable(folder);
    using below = machine();
    await download(folder.path, below);
    for (const command of tried) {
      await t.step(command, async () => {
        await using program = shell(onMachine(command, below), folder.path, replica);
        const expected = CODES.find(([pattern]) => pattern.test(command))?.[1] ?? 0;
        assert.equal(await exitCodeOf(command, program), expected, (await program.ended).stderr);
      });
    }
  });
}

Deno.test("the README's query runs on what was fetched", async () => {
  await using replica = await startReplica({ days: [{ venue: "DETR", ...DAY }] });
  using folder = checkoutOf("main.ts");
  await using program = shell("deno task fetch DETR", folder.path, replica);
  assert.equal((await program.ended).code, 0);
  using database = await duckdb();
  const [query, ...more] = blocks(PAGES.get("README.md")!, "sql");
  assert.deepEqual(more, []);
  const rows = await database.rows(query.replaceAll("'data/", `'${folder.path}/data/`));
  assert.equal(rows.length, 5);
});

Deno.test("what a fetch leaves in a clone does not fail the checks of `deno task test`, and is nothing to commit", async () => {
  await using replica = await startReplica({ days: [{ venue: "DETR", ...DAY }] });
  using folder = checkoutOf("main.ts");
  Deno.copyFileSync(new URL("../.gitignore", import.meta.url), folder.of(".gitignore"));
  const commit = "git -c user.name=x -c user.email=x@localhost commit --quiet --message=clone";
  const commands = [
    `git init --quiet && git add . && ${commit}`,
    "deno task fetch DETR",
    "deno fmt --check",
    'test -z "$(git status --porcelain)"',
  ];
  for (const command of commands) {
    await using program = shell(command, folder.path, replica);
    const { code, stderr } = await program.ended;
    assert.equal(code, 0, `${command}\n${stderr}`);
  }
});
