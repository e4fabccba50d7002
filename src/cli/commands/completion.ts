import { Argument, type Command } from "@commander-js/extra-typings";
import { printLine } from "../terminal/output.ts";

export function addCompletionCommand(program: Command): void {
  program.command("completion")
    .description("Print a script that completes commands, options and venues in a shell.")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"] as const))
    .addHelpText("after", "\nExamples:\n  source <(xetra-parqed completion bash)")
    .action(async (shell) => {
      const { completionScript } = await import("../completion/script.ts");
      printLine(completionScript(shell, program).trimEnd());
    });
}
