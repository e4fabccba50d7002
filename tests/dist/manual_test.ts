import assert from "node:assert/strict";
import { text } from "../../scripts/manual/mdoc.ts";
import { manual } from "../../scripts/manual/manual.ts";
import { BAKED_FLAGS } from "../../scripts/release/flags.ts";
import { sharedExitCodes } from "../../src/cli/grammar/exit_help.ts";
import { buildProgram } from "../../src/cli/grammar/program.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { isPossible } from "../e2e/possible.ts";

const hasMandoc = await isPossible("mandoc", "-T", "ascii", "/dev/null");
if (!hasMandoc) console.log("mandoc is not there: the manual page is not judged by it");

/** How letters are made bold: printed, gone back over with the control character, and printed again. */
const OVERSTRUCK = new RegExp(".\b", "gu");

/** What mandoc says about the page, or makes from it. */
async function mandoc(...options: string[]): Promise<string> {
  using folder = temporaryDirectory();
  Deno.writeTextFileSync(folder.of("xetra-parqed.1"), manual());
  const { stdout } = await new Deno.Command("mandoc", {
    args: [...options, folder.of("xetra-parqed.1")],
    stderr: "null", // mandoc complains that it does not know other pages
  }).output();
  return new TextDecoder().decode(stdout);
}

Deno.test("a line of text in the manual never becomes a macro, and keeps dashes, backslashes and letters beyond ASCII", () => {
  assert.equal(text(".Sh of 'B\u00f6rse' \\n"), "\\&.Sh of 'B\\[u00F6]rse' \\en");
  assert.equal(text("with --log-file, -1 or half-open"), "with \\-\\-log-file, \\-1 or half-open");
  assert.equal(text("One sentence. Another one."), "One sentence.\nAnother one.");
  assert.ok(text("word ".repeat(60).trim()).split("\n").every((line) => line.length < 80));
});

Deno.test({
  name: "`mandoc -T lint` finds nothing in the manual page",
  ignore: !hasMandoc,
  fn: async () => {
    const said = (await mandoc("-T", "lint")).split("\n");
    // Other pages need not be installed here.
    assert.deepEqual(said.filter((line) => line !== "" && !line.includes("referenced manual not found")), []);
  },
});

Deno.test({
  name: "the manual page has its sections, each command with each of its options, and each exit code",
  ignore: !hasMandoc,
  fn: async () => {
    const page = (await mandoc("-T", "utf8", "-O", "width=200")).replaceAll(OVERSTRUCK, "");
    const sections = [...page.matchAll(/^([A-Z][A-Z ]+)$/gm)].map(([, title]) => title);
    assert.deepEqual(sections, [
      ...["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLES"],
      "SEE ALSO",
    ]);
    const program = await buildProgram(() => {});
    for (const command of program.commands) {
      const [, part] = page.split(`\n   ${command.name()}\n`);
      assert.ok(part.startsWith(`           xetra-parqed ${command.name()} [options]`), command.name());
      for (const { flags } of command.options) {
        assert.ok(part.split(/\n {3}\S|\n[A-Z]/)[0].includes(`     ${flags.replaceAll(/[<>]/g, "")}`), flags);
      }
    }
    const [, status] = page.split("\nEXIT STATUS\n");
    for (const [code, meaning] of Object.entries(sharedExitCodes())) {
      assert.match(status, new RegExp(`^ {5}${code}\\s+${meaning}`, "m"));
    }
  },
});

Deno.test("the manual page explains every variable that the program may see", () => {
  const granted = BAKED_FLAGS.find((flag) => flag.startsWith("--allow-env="))!.split("=")[1].split(",");
  const [, environment] = manual().split("\n.Sh ENVIRONMENT\n");
  const explained = [...environment.split("\n.Sh ")[0].matchAll(/^\.It Ev (.*)$/gm)].flatMap(([, names]) =>
    names.split(", ")
  );
  assert.deepEqual(granted.filter((name) => !explained.includes(name)), []);
});
