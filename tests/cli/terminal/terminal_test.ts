import assert from "node:assert/strict";
import { drip } from "../../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../../scripts/replica/server.ts";
import { reached } from "../../e2e/evidence.ts";
import { fetchArgs, runProgram, startProgram, temporaryDirectory } from "../../e2e/harness.ts";
import { hasTerminal, inTerminal, shown } from "./in_terminal.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 300, minutes: { from: 480, until: 500 } };
const PROGRESS_LINE = /\r‹K\[#+·+\] {2}\d+\/20 files/;
const ignore = !hasTerminal;

Deno.test({ name: "a terminal shows progress: files, trades, rate and the time left", ignore }, async () => {
  const shown = await fetchInTerminal("stty cols 100");
  const line = /\r‹K\[#{6}·{18}\] {2}5\/20 files {2}\d+ trades {2}[\d,]+ files\/min {2}\d+ s left\r‹K/;
  assert.match(shown, line);
  assert.match(shown, /\n[^\r‹]*20 files fetched, 300 trades added\r\n/);
});

Deno.test(
  { name: "the progress line is cut to the terminal's width, so that it stays one", ignore },
  async () => {
    const shown = await fetchInTerminal("stty cols 40");
    const bars = [...shown.matchAll(/\r‹K(\[[#·][^\r]*)/g)].map(([, bar]) => bar.length);
    assert.ok(bars.length > 5, shown);
    assert.equal(Math.max(...bars), 39);
  },
);

Deno.test({ name: "a terminal that does not tell its width shows progress too", ignore }, async () => {
  assert.match(await fetchInTerminal("stty cols 0"), PROGRESS_LINE);
});

Deno.test({ name: "a terminal gets warnings in colour, but not with NO_COLOR", ignore }, async () => {
  const warning = /‹33m[^‹]*DXXX is not a venue that this version knows[^‹]*‹0m\r\n/;
  assert.match(await fetchInTerminal("stty cols 100"), warning);
  const plain = await fetchInTerminal("stty cols 100", { NO_COLOR: "1" });
  assert.doesNotMatch(plain, /‹[\d;]*m/);
  assert.match(plain, PROGRESS_LINE);
});

Deno.test({ name: "an interrupted run leaves no progress line on the terminal", ignore }, async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  await using program = startProgram(fetchArgs(replica, folder.path, ["DETR"], "--quota", "5/600"), {
    under: inTerminal("stty cols 100"),
    env: { NO_COLOR: "" },
  });
  const isFetched = ({ place }: { place: string }) => place === "storage";
  await reached(program, "five downloads", () => replica.requests.filter(isFetched).length === 5);
  Deno.kill(processWith(`--wrk-dir\0${folder.path}\0`), "SIGINT");
  const lines = shown((await program.ended).stdout).split("\n");
  assert.match(lines.at(-2)!, /Interrupted by SIGINT/);
  assert.match(lines.at(-1)!, /‹K$/);
});

/** The process in whose command line these arguments follow each other. */
function processWith(args: string): number {
  const pids = [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter(Number.isInteger);
  return pids.find((pid) => commandLineOf(pid).includes(args))!;
}

/** Empty when the process has ended meanwhile. */
function commandLineOf(pid: number): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`);
  } catch {
    return "";
  }
}

Deno.test({ name: "with stdout in a file, the progress line does not get into it", ignore }, async () => {
  using folder = temporaryDirectory();
  const path = folder.of("report.json");
  assert.match(await fetchInTerminal("stty cols 100", {}, `--json > ${path}`), PROGRESS_LINE);
  assert.equal(JSON.parse(Deno.readTextFileSync(path)).venues[0].files, 20);
});

/** Fetches in a pseudo terminal that a command has prepared; returns what it shows, with ESC[ as ‹. */
async function fetchInTerminal(
  prepare: string,
  env: Record<string, string> = {},
  more = "",
): Promise<string> {
  await using replica = await startReplica({ days: [DAY] });
  replica.inject("storage", drip(100_000, 10));
  using folder = temporaryDirectory();
  const args = [...fetchArgs(replica, folder.path, ["DETR", "DXXX"]), more];
  const { code, stdout } = await runProgram(args, {
    under: inTerminal(prepare),
    env: { NO_COLOR: "", ...env },
  });
  assert.equal(code, 0, stdout);
  return stdout.replaceAll("\x1b[", "‹");
}
