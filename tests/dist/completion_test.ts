import assert from "node:assert/strict";
import { PATIENCE_MILLIS } from "../e2e/evidence.ts";
import { runProgram, temporaryDirectory } from "../e2e/harness.ts";

const FOLDER = new URL("../../dist/completions/", import.meta.url).pathname;
const SHELLS = ["bash", "zsh", "fish"] as const;

/** A shell, and how to start it interactively without a user's settings. */
const INTERACTIVE = {
  bash: { start: "bash --norc --noprofile -i", prepare: "" },
  zsh: { start: "zsh -f -i", prepare: "PS1=; autoload -Uz compinit; compinit -D -u; " },
};

/** What is typed, with a tab where a user would press it, and the resulting command. */
const TYPED: [line: string, command: string][] = [
  ["fetch-tr\t --no-s\t DET\t", "fetch-trades --no-store DETR"],
  ["--wrk-dir da\t fetch-tr\t DF\t DEU\t", "--wrk-dir data fetch-trades DFRA DEUR"],
  ["--log-level W\t check-p\t --js\t DG\t", "--log-level WARNING check-partial --json DGAT"],
  ["--log-level=W\t verif\t --rep\t", "--log-level=WARNING verify --repair"],
  ["reprocess-raw-cache --acc\t", "reprocess-raw-cache --accept"],
  ["fetch-trades DETR --pid-file de\t --da\t", "fetch-trades DETR --pid-file detr.pid --daemon"],
  ["unin\t --ro\t da\t --dry\t", "uninstall-service --root data --dry-run"],
  ["comp\t fi\t", "completion fish"],
];

async function isThere(shell: string): Promise<boolean> {
  const found = await new Deno.Command("sh", { args: ["-c", `command -v ${shell}`], stdout: "null" })
    .output();
  if (!found.success) console.log(`${shell} is not there: its completion is not tried`);
  return found.success;
}

async function outputOf(command: string, args: string[], cwd: string, input = ""): Promise<string> {
  const options = {
    args,
    cwd,
    env: { TERM: "dumb", LC_ALL: "C" },
    signal: AbortSignal.timeout(PATIENCE_MILLIS),
  };
  const child = new Deno.Command(command, { ...options, stdin: "piped", stdout: "piped", stderr: "piped" })
    .spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { stdout, stderr } = await child.output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

for (const shell of SHELLS) {
  Deno.test(`the tracked completion for ${shell} is what \`completion ${shell}\` prints, without permissions`, async () => {
    const deno = ["run", "--quiet", "--no-prompt", "--allow-env", "--allow-read"];
    const run = await runProgram(["completion", shell], { deno });
    assert.deepEqual([run.code, run.stderr], [0, ""]);
    assert.equal(run.stdout, Deno.readTextFileSync(`${FOLDER}xetra-parqed.${shell}`));
  });
}

for (const shell of ["bash", "zsh"] as const) {
  Deno.test({
    name: `at a terminal ${shell} completes commands, options, their values and venues`,
    ignore: !await isThere(shell) || !await isThere("script"),
    fn: async () => {
      using folder = temporaryDirectory();
      Deno.mkdirSync(folder.of("data"));
      Deno.writeTextFileSync(folder.of("detr.pid"), "");
      const { start, prepare } = INTERACTIVE[shell];
      const say = `xetra-parqed() { echo "GOT:$*:"; }`;
      const lines = [
        `${prepare}source ${FOLDER}xetra-parqed.${shell}; ${say}`,
        ...TYPED.map(([line]) => `xetra-parqed ${line}`),
        "exit\n",
      ];
      const said = await outputOf("script", ["-qec", start, "/dev/null"], folder.path, lines.join("\n"));
      const got = [...said.matchAll(/^GOT:(.*):\r?$/gm)].map(([, command]) =>
        command.replaceAll("data/", "data")
      ); // zsh takes the slash back
      assert.deepEqual(got, TYPED.map(([, command]) => command), said);
    },
  });
}

Deno.test({
  name: "fish completes commands, options, their values and venues",
  ignore: !await isThere("fish"),
  fn: async () => {
    using folder = temporaryDirectory();
    Deno.mkdirSync(folder.of("data"));
    const complete = async (line: string) => {
      const script = `source ${FOLDER}xetra-parqed.fish; complete -C ${
        JSON.stringify(`xetra-parqed ${line}`)
      }`;
      const said = await outputOf("fish", ["--no-config", "-c", script], folder.path);
      return said.trimEnd().split("\n").map((choice) => choice.split("\t")[0]);
    };
    assert.deepEqual(await complete("fetch-"), ["fetch-quotes", "fetch-trades"]);
    assert.deepEqual(await complete("--wrk-dir da"), ["data/"]);
    assert.deepEqual(await complete("--wrk-dir data fetch-trades --no-"), [
      "--no-bars",
      "--no-reconcile",
      "--no-store",
    ]);
    assert.deepEqual(await complete("fetch-trades DETR "), ["DETR", "DEUR", "DFRA", "DGAT"]);
    assert.deepEqual(await complete("verify --log-level W"), ["WARNING"]);
    assert.deepEqual(await complete("completion "), ["bash", "fish", "zsh"]);
  },
});
