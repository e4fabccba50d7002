import { Argument, type Command } from "@commander-js/extra-typings";

export function addCompletionCommand(program: Command): void {
  program.command("completion")
    .description("Print a script that completes commands, options and venues in a shell.")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"] as const))
    .addHelpText("after", "\nExamples:\n  source <(xetra-parqed completion bash)")
    .action(async (shell) => {
      const { completionScript } = await import("../completion/script.ts");
      console.log(completionScript(shell, program).trimEnd());
    });
}
