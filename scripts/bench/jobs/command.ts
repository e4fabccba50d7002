/** `command.ts ARGS`: the program with this command line; what it prints is passed over. */
import { main } from "../../../src/cli/main.ts";
import { measure } from "./measured.ts";

const { log } = console;
console.log = () => {};

await measure(async () => {
  const code = await main(["--log-level", "ERROR", ...Deno.args]);
  if (code !== 0 && code !== 3) throw new Error(`${Deno.args.join(" ")} exited ${code}`);
  console.log = log;
  return { rows: 0, bytes: 0 };
});
Deno.exit();
