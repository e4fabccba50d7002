/**
 * What the program is shipped with. deno.json is the one place where permissions and engine flags are written:
 * `deno task daemon` says them, and the compiled and the portable program get them from there.
 */
import config from "../../deno.json" with { type: "json" };

const words = config.tasks.daemon.command.split(" ");
const run = words.indexOf("run");

/** Has to be in the environment when the process starts: mallopt(3), and that Deno looks for no newer one. */
export const ENVIRONMENT: string = words.slice(0, words.indexOf("deno")).join(" ");

/** Permissions and engine flags, for `deno run` and `deno compile`: the task's, but that paths are the user's. */
export const BAKED_FLAGS: readonly string[] = words.slice(run + 1, words.indexOf("main.ts"))
  .filter((flag) => flag !== "--quiet")
  .map((flag) => flag.replace(/^(--allow-read|--allow-write)=.*/, "$1"));
