/**
 * Run in place of the program under the flags of `deno task fetch`: tries what the program has no business with,
 * and prints what came of it. The last argument is a folder outside of the current one, with a file in it.
 */
const outside = Deno.args.at(-1)!;

/** Each would do harm, or tell a secret. */
const FORBIDDEN: Record<string, () => unknown> = {
  "another host": () => fetch("https://example.com"),
  "another host by its address": () => Deno.connect({ hostname: "10.0.0.1", port: 80 }),
  "the exchange's neighbour": () => fetch("https://mfs.deutsche-boerse.com.example.com/api"),
  "listening to the world": () => Deno.listen({ hostname: "0.0.0.0", port: 0 }),
  "a subprocess": () => new Deno.Command("true").output(),
  "a native library": () => Deno.dlopen(`${Deno.cwd()}/library.so`, {}),
  "reading elsewhere": () => Deno.readTextFileSync(`${outside}/file`),
  "a link to elsewhere": () => Deno.symlinkSync(`${outside}/file`, "link"),
  "reading above": () => Deno.readDirSync("..").next(),
  "writing elsewhere": () => Deno.writeTextFileSync(`${outside}/file`, "changed"),
  "removing elsewhere": () => Deno.removeSync(`${outside}/file`),
  "the name of the host": () => Deno.hostname(),
  "signals to others": () => Deno.kill(1, "SIGTERM"),
};

const ALLOWED: Record<string, () => unknown> = {
  "a file in the folder": () => {
    Deno.writeTextFileSync("file", "own");
    return Deno.readTextFileSync("file");
  },
  "a server on loopback": () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
};

async function outcomes(attempts: Record<string, () => unknown>): Promise<Record<string, string>> {
  const entries = Object.entries(attempts).map(async ([name, attempt]) => [name, await outcome(attempt)]);
  return Object.fromEntries(await Promise.all(entries));
}

async function outcome(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
    return "done";
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

const allowed = await outcomes(ALLOWED);
console.log(JSON.stringify({
  allowed: Object.keys(allowed).filter((name) => allowed[name] === "done"),
  refused: await outcomes(FORBIDDEN),
  environment: Deno.env.toObject(),
}));
