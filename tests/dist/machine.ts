import $ from "@david/dax";
import { isPossible } from "../e2e/possible.ts";

/** What runs a command in the machine, with nothing of this one's environment. */
const INSIDE = ["-m", "-u", "-i", "-n", "-p", "-r", "-w", "env", "-i"];
const ENVIRONMENT = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"];
const BOOT_SECONDS = 30;

/** Only root can boot a machine, with systemd-nspawn and an overlay of this one's files. */
export const canBoot: boolean = Deno.uid() === 0 && await isPossible("systemd-nspawn", "--version") &&
  await isPossible(
    "unshare",
    "-m",
    "sh",
    "-c",
    "mount -t tmpfs none /mnt && mkdir /mnt/u /mnt/w /mnt/r && " +
      "mount -t overlay none -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w /mnt/r",
  );
if (!canBoot) console.log("left out: only root can boot a systemd, by systemd-nspawn on an overlay");

/** A machine with a real systemd as its first process; what happens in it is gone when it is disposed. */
export interface Machine extends AsyncDisposable {
  /** Where its files lie here. */
  readonly root: string;
  /** What a command says in it; throws when it fails. */
  run(...command: string[]): Promise<string>;
}

/** Boots a machine whose files are this one's, with a network of its own that leads nowhere. */
export async function bootMachine(): Promise<Machine> {
  await using booting = new AsyncDisposableStack();
  const folder = Deno.makeTempDirSync();
  booting.defer(() => Deno.removeSync(folder));
  await $`mount -t tmpfs tmpfs ${folder}`;
  booting.defer(async () => void await $`umount -l ${folder}`);
  const [upper, work, root] = ["upper", "work", "root"].map((name) => `${folder}/${name}`);
  for (const path of [upper, work, root]) Deno.mkdirSync(path);
  await $`mount -t overlay overlay -o ${`lowerdir=/,upperdir=${upper},workdir=${work}`} ${root}`;
  booting.defer(async () => void await $`umount -l ${root}`);
  const machine = new Deno.Command("systemd-nspawn", {
    args: [
      ...["--quiet", "--boot", `--directory=${root}`, "--register=no", "--keep-unit", "--private-network"],
      ...["--console=pipe", "systemd.unit=basic.target"],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  booting.defer(async () => {
    machine.kill("SIGTERM");
    await machine.status;
  });
  const first = await awaited(() => firstProcess(machine.pid));
  const run = (...command: string[]) => $`nsenter -t ${first} ${INSIDE} ${ENVIRONMENT} ${command}`.text();
  await awaited(async () => await isReady(run) ? true : null);
  const booted = booting.move();
  return { root, run, [Symbol.asyncDispose]: () => booted.disposeAsync() };
}

async function isReady(run: Machine["run"]): Promise<boolean> {
  return await run("sh", "-c", "systemctl is-active basic.target 2>/dev/null || true") === "active";
}

/** The process here that is the machine's first one: a child of nspawn's, or of that; null while there is none. */
async function firstProcess(nspawn: number): Promise<number | null> {
  const childrenOf = async (pids: readonly number[]) => {
    const found = await $`pgrep -P ${pids.join(",")}`.noThrow().lines();
    return found.filter((line) => line !== "").map(Number);
  };
  const children = await childrenOf([nspawn]);
  const all = children.length === 0 ? [] : [...children, ...await childrenOf(children)];
  return all.find((pid) => /^NSpid:.*\s1$/m.test(statusOf(pid))) ?? null;
}

function statusOf(pid: number): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/status`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return ""; // it has just ended
    throw error;
  }
}

/** What `look` finds, once it finds something; throws when that takes too long. */
export async function awaited<T>(look: () => Promise<T | null>): Promise<T> {
  const deadline = performance.now() + BOOT_SECONDS * 1000;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > deadline) throw new Error(`not within ${BOOT_SECONDS} s: ${look}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
