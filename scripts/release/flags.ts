/**
 * The flags with which the program is shipped. deno.json is the only place where permissions and engine flags are
 * written: `deno task daemon` uses them, and the compiled and the portable program get them from there.
 */
import config from "../../deno.json" with { type: "json" };

const words = config.tasks.daemon.command.split(" ");
const run = words.indexOf("run");

/** Must be in the environment when the process starts: for mallopt(3), and to keep Deno from checking for updates. */
export const ENVIRONMENT: string = words.slice(0, words.indexOf("deno")).join(" ");

/**
 * Permissions and engine flags, for `deno run` and `deno compile`: those of the task, except that paths are the
 * user's.
 */
export const BAKED_FLAGS: readonly string[] = words.slice(run + 1, words.indexOf("main.ts"))
  .filter((flag) => flag !== "--quiet")
  .map((flag) => flag.replace(/^(--allow-read|--allow-write)=.*/, "$1"));
