/**
 * `deno task bench`: what the program takes, against DuckDB on the same data. Prints figures and never fails by
 * the clock: a target that is missed is said, not punished.
 */
import { Command } from "@commander-js/extra-typings";
import { FULL, makeInputs, QUICK } from "./bench/inputs.ts";
import { linesOf } from "./bench/lines.ts";
import { machine } from "./bench/machine.ts";
import { type Round, runRound } from "./bench/round.ts";
import { printTable } from "./bench/table.ts";
import { temporaryFolder } from "./bench/temporary_folder.ts";

const { quick } = new Command("bench")
  .description("Benchmarks against DuckDB, on days that the replica of the exchange makes up.")
  .option("--quick", "one round on a tenth of the data, to see that it works")
  .parse().opts();
const repetitions = quick ? 1 : 5;

console.log(await machine());
using folder = temporaryFolder();
console.error("making the days");
const inputs = await makeInputs(folder.path, quick ? QUICK : FULL);
const rounds: Round[] = [];
for (let i = 1; i <= repetitions; i++) {
  console.error(`round ${i} of ${repetitions}`);
  rounds.push(await runRound(inputs));
}
const lines = linesOf(rounds, inputs);
// The targets are for whole days.
printTable(quick ? lines.map(({ target: _, ...line }) => line) : lines);
