import { buildProgram } from "../../src/cli/grammar/program.ts";
import { dateOf } from "../release/notes.ts";
import { ROOT, VERSION } from "../release/product.ts";
import { manualPage } from "./page.ts";

const program = await buildProgram(() => {});

/** The manual page of this version, of the day of its release. */
export function manual(): string {
  const changelog = ROOT.join("CHANGELOG.md").readTextSync();
  return manualPage(program, dateOf(changelog, VERSION));
}
