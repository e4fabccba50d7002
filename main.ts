import { VERSION } from "./src/cli/version.ts";

// Before anything else is loaded, which takes most of the time.
if (Deno.args.length === 1 && Deno.args[0] === "--version") {
  console.log(VERSION);
} else {
  const { main } = await import("./src/cli/main.ts");
  Deno.exit(await main(Deno.args));
}
