import { isPossible } from "./possible.ts";

/** Whether a test may mount its own disk in its own namespace; prints a line if not. */
export const canMount: boolean = await isPossible("unshare", "-rm", "sh", "-c", 'mount -t tmpfs none "$PWD"');
if (!canMount) console.log("left out: a disk cannot be mounted here, not even in a namespace of its own");

/** Disks of one test, in a mount namespace that ends when this is disposed. */
export interface OwnDisks extends AsyncDisposable {
  /** The prefix of a command that is to run with these disks. */
  readonly under: readonly string[];
  /** The path at which other processes find a path on these disks. */
  seen(path: string): string;
  /** Runs a shell script with these disks, `$1` and so on being its arguments. */
  run(script: string, ...args: readonly string[]): Promise<void>;
}

/**
 * Mounts an empty disk of a size such as `64k` on each of these folders, which are created. Processes there are root
 * in a user namespace or, if started by root, root itself.
 */
export async function ownDisks(
  sizes: Readonly<Record<string, string>>,
  users: "own users" | "same users" = "own users",
): Promise<OwnDisks> {
  for (const folder of Object.keys(sizes)) Deno.mkdirSync(folder, { recursive: true });
  const mount = 'while [ $# -gt 0 ]; do mount -t tmpfs -o size="$2" none "$1" || exit; shift 2; done';
  const [made, entered] = users === "own users"
    ? ["-rm", ["-U", "--preserve-credentials", "-m"]]
    : ["-m", ["-m"]];
  const holder = new Deno.Command("unshare", {
    args: [made, "sh", "-c", `${mount}; echo mounted; exec cat`, "sh", ...Object.entries(sizes).flat()],
    stdin: "piped", // the holder ends with it, also when this process dies
    stdout: "piped",
  }).spawn();
  const said = holder.stdout.getReader();
  if ((await said.read()).done) throw new Error("the disks cannot be mounted");
  const under = ["nsenter", "-t", String(holder.pid), ...entered, "--"];
  return {
    under,
    seen: (path) => `/proc/${holder.pid}/root${path}`,
    async run(script, ...args) {
      const [command, ...rest] = [...under, "sh", "-ec", script, "sh", ...args];
      const { success, stderr } = await new Deno.Command(command, { args: rest }).output();
      if (!success) throw new Error(`${script}: ${new TextDecoder().decode(stderr)}`);
    },
    async [Symbol.asyncDispose]() {
      await holder.stdin.close();
      await said.cancel();
      await holder.status;
    },
  };
}
