/**
 * Run in place of the program under the flags that it is shipped with: tries what the program has no business with,
 * and prints what came of it. The last argument is a folder outside of the current one, with a file in it.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const outside = Deno.args.at(-1)!;

/** Each would do harm, or tell a secret. */
const FORBIDDEN: Record<string, () => unknown> = {
  "another host": () => fetch("https://example.com"),
  "another host by its address": () => Deno.connect({ hostname: "10.0.0.1", port: 80 }),
  "the exchange's neighbour": () => fetch("https://mfs.deutsche-boerse.com.example.com/api"),
  "listening to the world": () => Deno.listen({ hostname: "0.0.0.0", port: 0 }),
  "another host's name": () => Deno.resolveDns("secret.example.com", "A"),
  "a proxy": () => fetch("https://mfs.deutsche-boerse.com", { client: proxied() }),
  "code from another host": () => import(`https://${"esm.sh"}/secret`),
  "a thread from another host": () => thread(`https://${"esm.sh"}/secret`),
  "another socket of this machine": () => Deno.connect({ transport: "unix", path: "/run/docker.sock" }),
  "a subprocess": () => new Deno.Command("true").output(),
  "a subprocess of node's kind": () => promisify(execFile)("true"),
  "a native library": () => Deno.dlopen(`${Deno.cwd()}/library.so`, {}),
  "reading elsewhere": () => Deno.readTextFileSync(`${outside}/file`),
  "a link to elsewhere": () => Deno.symlinkSync(`${outside}/file`, "link"),
  "reading above": () => Deno.readDirSync("..").next(),
  "writing elsewhere": () => Deno.writeTextFileSync(`${outside}/file`, "changed"),
  "removing elsewhere": () => Deno.removeSync(`${outside}/file`),
  "the name of the host": () => Deno.hostname(),
  "the memory of the machine": () => Deno.systemMemoryInfo(),
  "its own environment by a file": () => Deno.readTextFileSync("/proc/self/environ"),
  "another process": () => Deno.readTextFileSync("/proc/1/cmdline"),
  "its own memory": () => Deno.openSync("/proc/self/mem", { write: true }),
  "signals to others": () => Deno.kill(1, "SIGTERM"),
};

const ALLOWED: Record<string, () => unknown> = {
  "a file in the folder": () => {
    Deno.writeTextFileSync("file", "own");
    return Deno.readTextFileSync("file");
  },
  "a server on loopback": () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
};

function proxied(): Deno.HttpClient {
  return Deno.createHttpClient({ proxy: { url: "http://10.0.0.1:3128" } });
}

/** Rejects when the thread cannot be had. */
function thread(url: string): Promise<never> {
  return new Promise((_, reject) => {
    new Worker(url, { type: "module" }).onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
  });
}

async function outcomes(attempts: Record<string, () => unknown>): Promise<Record<string, string>> {
  const entries = Object.entries(attempts).map(async ([name, attempt]) => [name, await outcome(attempt)]);
  return Object.fromEntries(await Promise.all(entries));
}

async function outcome(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
    return "done";
  } catch (error) {
    const text = String(error);
    return /--no-remote is specified/.exec(text)?.[0] ?? (error instanceof Error ? error.name : text);
  }
}

const allowed = await outcomes(ALLOWED);
console.log(JSON.stringify({
  allowed: Object.keys(allowed).filter((name) => allowed[name] === "done"),
  refused: await outcomes(FORBIDDEN),
  environment: Deno.env.toObject(),
}));
