/** Runs what is tested in a pseudo terminal: util-linux's `script` copies what that shows to its stdout. */
import { isPossible } from "../../e2e/possible.ts";

/** Whether this machine can. */
export const hasTerminal = await isPossible("script", "-qefc", "true", "/dev/null");

/** What a program is run under, in a terminal that a command such as `stty cols 100` has prepared. */
export function inTerminal(prepare: string): string[] {
  return ["sh", "-c", `exec script -qefc "${prepare}; $*" /dev/null`, "sh"];
}

/** What a terminal shows, with ESC[ as ‹ and line ends as in a file. */
export function shown(stdout: string): string {
  return stdout.replaceAll("\x1b[", "‹").replaceAll("\r\n", "\n");
}
