import config from "../../deno.json" with { type: "json" };

const words = config.tasks.daemon.command.split(" ");
const deno = words.indexOf("deno");

/** The variables that `deno task daemon` sets. */
export const TASK_ENV: Record<string, string> = Object.fromEntries(
  words.slice(0, deno).map((word) => word.split("=")),
);
/** Its arguments between `deno` and `main.ts`. */
export const TASK_FLAGS: readonly string[] = words.slice(deno + 1, words.indexOf("main.ts"));
