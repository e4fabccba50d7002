import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { assertForeseen } from "../e2e/evidence.ts";
import { MAIN, type Run, runProgram, startCommand, temporaryDirectory } from "../e2e/harness.ts";
import { runInOneProcess } from "../e2e/one_process.ts";

/** What a process that runs a line shows of it. */
type Line = Pick<Run, "code" | "stdout" | "stderr">;

const COMMANDS = [
  "fetch-trades",
  "status",
  "list-files",
  "check-status",
  "check-partial",
  "coverage",
  "trades",
  "bars",
  "closes",
  "quotes",
  "marks",
  "cleanup-raw",
  "consolidate-month",
  "adopt",
  "install-service",
];
const WITHOUT_VENUES = ["fetch-quotes", "connect", "serve", "uninstall-service", "completion", "help"];
/** An address where nothing listens: a usage error comes before the first request. */
const NOBODY = "http://127.0.0.1:9/api";

/** Arguments that a command needs besides its venues. */
const needs = (command: string) => ["quotes", "trades"].includes(command) ? ["--isin", "DE0007164600"] : [];

/** What is refused as a usage error, and what the message says. */
const REFUSED: readonly [args: readonly string[], message: RegExp][] = [
  [["fetch-trade", "DETR"], /unknown command 'fetch-trade'\n\(Did you mean fetch-trades\?\)/],
  [["destroy"], /unknown command 'destroy'/],
  [["fetch-trades", "DETR", "--qota", "30/60"], /unknown option '--qota'\n\(Did you mean --quota\?\)/],
  [["--wrkdir", "x", "fetch-trades", "DETR"], /unknown option '--wrkdir'\n\(Did you mean --wrk-dir\?\)/],
  [["check-partial", "DETR", "--api-url", NOBODY], /unknown option '--api-url'/],
  [["fetch-trades"], /missing required argument 'venues'/],
  [["consolidate-month", "DETR", "--month", "2026-13"], /A month is YYYY-MM, such as 2026-09/],
  [["consolidate-month", "DETR", "--month", "2026-09", "--all"], /cannot be used with option .--all/],
  [["merge", "DETR"], /required option '--from <dir>' not specified/],
  [["verify", "DETR", "--from", "elsewhere"], /--from goes with --repair/],
  [["export", "DETR"], /required option '--to <dir>' not specified/],
  [
    ["export", "DETR", "--to", "x", "--what", "trades,ticks"],
    /There are trades, bars, closes, quotes; "ticks" is none of them/,
  ],
  [["fetch-quotes"], /missing required argument 'services'/],
  [["fetch-quotes", "dgat"], /'dgat' is invalid.*A service of quotes is a venue, such as DGAT/],
  [["fetch-quotes", "DEUR-pretrade"], /dead name.*say DEUR, or DEUR-pretradeMDOptions/],
  [["fetch-quotes", "DGAT", "--bonds", "--notation", "1"], /cannot be used with option/],
  [
    ["fetch-quotes", "DGAT", "--isin", "SAP"],
    /An ISIN has 12 capital letters and digits, such as DE0007164600; SAP is none/,
  ],
  [["bars", "DETR", "--isin", "de0007164600"], /12 capital letters and digits, .*; de0007164600 is none/],
  [["fetch-quotes", "DGAT", "--interval", "1"], /--interval is for --daemon/],
  [["fetch-trades", "DETR", "--quotes", "DGAT"], /--quotes is for --daemon/],
  [["list-files"], /missing required argument 'venue'/],
  [["list-files", "DETR", "DFRA"], /too many arguments for 'list-files'/],
  [["trades", "DETR"], /required option '--isin <isins>' not specified/],
  ...COMMANDS.flatMap((command): [string[], RegExp][] => [
    [[command, ...needs(command), "detr"], /'detr' is invalid.*D and three capitals or digits, such as DETR/],
    [[command, ...needs(command), "DETRX"], /'DETRX' is invalid/],
  ]),
  [["fetch-trades", "DETR", "../DETR"], /'..\/DETR' is invalid/],
  [["list-files", "DETR", "--date", "2026-13-01"], /'2026-13-01' is invalid. A date is YYYY-MM-DD/],
  [["list-files", "DETR", "--date", "2026-02-29"], /'2026-02-29' is invalid/],
  [["list-files", "DETR", "--date", "yesterday"], /'yesterday' is invalid/],
  ...["0/60", "30", "x", "30/0", "-1/60", "30/60/2"].map((quota): [string[], RegExp] => [
    ["fetch-trades", "DETR", `--quota=${quota}`],
    /A quota is REQUESTS\/SECONDS, such as 30\/60/,
  ]),
  ...["https://example.com", "http://10.0.0.1", "http://mfs.deutsche-boerse.com/api", "file:///etc", "x"].map(
    (url): [string[], RegExp] => [
      ["fetch-trades", "DETR", "--api-url", url],
      /An API is https:\/\/mfs.deutsche-boerse.com\/api or one on this machine/,
    ],
  ),
  [["completion"], /missing required argument 'shell'/],
  [["completion", "tcsh"], /'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish/],
  [
    ["help", "fetch"],
    /'fetch' is invalid for argument 'command'. Allowed choices are fetch-trades, fetch-quotes, status, /,
  ],
  [["help", "status", "verify"], /too many arguments for 'help'/],
  [["uninstall-service", "DETR"], /too many arguments for 'uninstall-service'/],
  ...["-1", "x", "1.5", "100000"].map((days): [string[], RegExp] => [
    ["cleanup-raw", "DETR", `--keep-days=${days}`],
    /Days are a whole number, such as 30/,
  ]),
  [["--log-level", "LOUD", "fetch-trades", "DETR"], /'LOUD' is invalid. Allowed choices are DEBUG, INFO/],
  [["fetch-trades", "DETR", "--market-timezone", "Mars"], /'Mars' is invalid. A time zone has a name/],
  [["fetch-trades", "DETR", "--system-timezone", "CEST+1"], /'CEST\+1' is invalid. A time zone has a name/],
  [["fetch-trades", "DETR", "--wrk-dir"], /'--wrk-dir <dir>' argument missing/],
];

Deno.test("--help says how the program and every command are used, with examples", async () => {
  for (const [i, run] of (await runAll(["", ...COMMANDS].map((command) => [command, "--help"]))).entries()) {
    const use = ["xetra-parqed", ...i === 0 ? [] : [COMMANDS[i - 1]]].join(" ");
    assert.deepEqual([run.code, run.stderr], [0, ""]);
    assert.match(run.stdout, new RegExp(`^Usage: ${use}[ |]`));
    assert.match(run.stdout, new RegExp(`\nExamples:\n  ${use} .*DETR`));
  }
});

Deno.test("the help of every command ends with what its exit codes mean", async () => {
  for (
    const { stdout } of await runAll([...COMMANDS, ...WITHOUT_VENUES].map((command) => [command, "--help"]))
  ) {
    const [, codes] = stdout.split("\nExit codes:\n");
    assert.match(
      codes,
      /^ {2}0 +done.*\n(?: {2}\d+(?:, \d+)? +\S.*\n(?: {11}\S.*\n)*)+ {2}130, 143 interrupted by SIGINT, SIGTERM\n$/,
    );
  }
});

Deno.test("the help fits 80 columns, but for the commands that it gives as examples", async () => {
  const subjects = ["", ...COMMANDS, ...WITHOUT_VENUES];
  for (const [i, { stdout }] of (await runAll(subjects.map((name) => [name, "--help"]))).entries()) {
    const wide = stdout.split("\n").filter((line) => line.length > 80 && !line.startsWith("  xetra-parqed "));
    assert.deepEqual(wide, [], subjects[i]);
  }
});

Deno.test("help prints what --help prints, of the program and of every command, also by its other name", async () => {
  const subjects = [
    [],
    ...[...COMMANDS, ...WITHOUT_VENUES, "reprocess-raw-cache"].map((command) => [command]),
  ];
  const runs = await runAll(subjects.flatMap((subject) => [["help", ...subject], [...subject, "--help"]]));
  for (const [i, subject] of subjects.entries()) {
    const [helped, asked] = runs.slice(2 * i);
    assert.deepEqual([helped.code, helped.stdout, helped.stderr], [0, asked.stdout, ""], subject.join());
  }
});

Deno.test("commands that take no venue have help with examples as well", async () => {
  const runs = await runAll(WITHOUT_VENUES.map((command) => [command, "--help"]));
  for (const [i, { code, stdout }] of runs.entries()) {
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^Usage: xetra-parqed ${WITHOUT_VENUES[i]} `));
    assert.ok(stdout.includes("\nExamples:\n") && stdout.includes(`xetra-parqed ${WITHOUT_VENUES[i]} `));
  }
});

Deno.test("the help of the program names its commands, and that of a command its options", async () => {
  const [program, fetchTrades, listFiles] = (await runAll([["--help"], ["fetch-trades", "--help"], [
    "list-files",
    "--help",
  ]])).map(({ stdout }) => stdout);
  for (
    const option of ["--wrk-dir", "--log-level", "--log-file", "--version", ...COMMANDS, ...WITHOUT_VENUES]
  ) {
    assert.match(program, new RegExp(`  ${option}[ |]`));
  }
  for (const option of ["--no-store", "--api-url", "--quota", "--market-timezone", "--json"]) {
    assert.ok(fetchTrades.includes(`  ${option}`), option);
  }
  assert.match(listFiles, /--date <date> .*YYYY-MM-DD/);
});

Deno.test("--version prints the version, on the program and on every command", async () => {
  for (const run of await runAll(["", ...COMMANDS].map((command) => [command, "--version"]))) {
    assert.deepEqual([run.code, run.stdout, run.stderr], [0, `${config.version}\n`, ""]);
  }
});

Deno.test("without a command the program shows its use and exits with 64", async () => {
  const [run] = await runAll([[]]);
  assert.deepEqual([run.code, run.stdout], [64, ""]);
  assert.match(run.stderr, /^Usage: xetra-parqed .*\nExamples:\n/s);
});

Deno.test("invalid command lines are refused with 64 and one message, before anything is created", async () => {
  const runs = await runAll(REFUSED.map(([args]) => args));
  for (const [i, [args, message]] of REFUSED.entries()) {
    const { code, stderr, stdout } = runs[i];
    assert.equal(code, 64, args.join(" "));
    assert.match(stderr, message, args.join(" "));
    assert.match(stderr, /^error: .*\n(\(Did you mean .*\)\n)?$/);
    assert.equal(stdout, "");
  }
});

Deno.test("an empty date, as from an unset variable of a shell, is refused, also as the first that a process reads", async () => {
  const run = await runProgram(["list-files", "DETR", "--date", ""]);
  assert.equal(run.code, 64);
  assert.match(run.stderr, /'' is invalid. A date is YYYY-MM-DD/);
});

Deno.test("XETRA_PARQED_API_URL is refused like --api-url, and named", async () => {
  const run = await runProgram(["list-files", "DETR"], {
    env: { XETRA_PARQED_API_URL: "https://example.com" },
  });
  assertForeseen(run, 64);
  assert.match(run.stderr, /'https:\/\/example.com' from env 'XETRA_PARQED_API_URL' is invalid/);
});

Deno.test("a command line prints the same and ends with the same code in its own process as among others in one process", async () => {
  const lines = [[], ["--help"], ["status", "--help"], ["help", "verify"], ["status", "--version"], [
    "destroy",
  ], [
    "list-files",
    "DETR",
    "DFRA",
  ]];
  const together = await runAll(lines);
  for (const [i, line] of lines.entries()) {
    const { code, stdout, stderr } = await runProgram(line);
    assert.deepEqual({ code, stdout, stderr }, together[i], line.join(" "));
  }
});

/** What the program prints and ends with for each of these arguments, in an empty folder, which stays empty. */
async function runAll(lines: readonly (readonly string[])[]): Promise<Line[]> {
  using folder = temporaryDirectory();
  const args = lines.map((line) => line.filter((arg) => arg !== ""));
  const runs = await Promise.all(args.map((line) => runInOneProcess(line, { cwd: folder.path })));
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
  return runs.map(({ code, stdout, stderr }) => ({ code, stdout, stderr }));
}

Deno.test("a path that is not UTF-8 is refused before another folder is made instead of it; the program may run in such a folder", async () => {
  using folder = temporaryDirectory();
  const [name, status] = ["$(printf 'a\\377b')", `'${Deno.execPath()}' run -A '${MAIN}' status DETR`];
  const run = async (line: string) => {
    await using program = startCommand(["sh", "-c", line], { cwd: folder.path });
    return await program.ended;
  };
  const { code, stderr } = await run(`${status} --wrk-dir "${name}"`);
  assert.deepEqual([code, stderr], [
    64,
    'error: "a\uFFFDb" is not UTF-8: give it another name, or change into that folder\n',
  ]);
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
  assert.match((await run(`mkdir "${name}" && cd "${name}" && ${status}`)).stdout, /no daemon is running/);
});
