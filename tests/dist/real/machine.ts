import $ from "@david/dax";
import type { DaySpec } from "../../../scripts/replica/day.ts";
import { tradingDayBefore } from "../../../src/feed/calendar/holidays.ts";
import { heard, upToDate } from "../../e2e/daemon_program.ts";
import { PATIENCE_MILLIS } from "../../e2e/evidence.ts";
import { type Program, startCommand } from "../../e2e/harness.ts";
import { isPossible } from "../../e2e/possible.ts";

/** The prefix of a command that is to run in the machine, without this one's environment. */
const INSIDE = ["-m", "-u", "-i", "-n", "-p", "-r", "-w", "env", "-i"];
const ENVIRONMENT = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"];
const ROOT = new URL("../../..", import.meta.url).pathname;
/** Free, since nothing else runs in the machine. */
const PORT = 8765;

/** Only root can boot a machine, with systemd-nspawn and an overlay of this one's files; the pages use sudo in it. */
export const canBoot: boolean = Deno.uid() === 0 && await isPossible("systemd-nspawn", "--version") &&
  await isPossible("sudo", "--version") &&
  await isPossible(
    "unshare",
    "-m",
    "sh",
    "-c",
    "mount -t tmpfs none /mnt && mkdir /mnt/u /mnt/w /mnt/r && " +
      "mount -t overlay none -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w /mnt/r",
  );
if (!canBoot) {
  console.log("left out: only root can boot a systemd, by systemd-nspawn on an overlay, with sudo in it");
}

/** How a command ended in a machine. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A machine with a real systemd as its first process; its changes vanish when it is disposed. */
export interface Machine extends AsyncDisposable {
  /** Where its files lie here. */
  readonly root: string;
  /** The output of a command in it, without the last line break; throws with its error output when it fails. */
  run(...command: string[]): Promise<string>;
  /** Runs a line of a shell, in this checkout, to its end. */
  shell(line: string): Promise<Ended>;
  /** The prefix of a command of this machine that is to run in its network. */
  readonly network: readonly string[];
}

/**
 * Boots a machine whose files are this one's and this checkout, with a separate network that leads nowhere. Takes
 * 3 s; throws when it is not up within two minutes.
 */
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
      ...["--console=pipe", `--bind-ro=${ROOT}`, "systemd.unit=basic.target"],
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
  const inside = (command: string[]) => ended(["-t", `${first}`, ...INSIDE, ...ENVIRONMENT, ...command]);
  const run = async (...command: string[]) => {
    const { code, stdout, stderr } = await inside(command);
    if (code !== 0) throw new Error(`${command.join(" ")}: ${code}\n${stdout}${stderr}`);
    return stdout.trimEnd();
  };
  const shell = (line: string) => inside(["sh", "-euc", `cd "${ROOT}"\n${line}`]);
  await awaited(async () => await isReady(run) ? true : null);
  const booted = booting.move();
  const network = ["nsenter", `--net=/proc/${first}/ns/net`];
  return { root, run, shell, network, [Symbol.asyncDispose]: () => booted.disposeAsync() };
}

/** Does work on a new machine; when it fails, the service's journal is printed. */
export async function onMachine(work: (machine: Machine) => Promise<void>): Promise<void> {
  await using machine = await bootMachine();
  try {
    await work(machine);
  } catch (error) {
    const { stdout } = await machine.shell(
      "journalctl --no-pager --lines 100 --unit 'xetra-parqed*'",
    );
    console.log(`--- the journal of the machine\n${stdout}---`);
    throw error;
  }
}

/** Days that a replica serves: with their daily files, if they are over. */
export interface Served {
  readonly over: readonly DaySpec[];
  readonly open?: readonly DaySpec[];
}

/** Files with which a venue has no warning at any hour: the minute that is due now, and a day of trading. */
export function nothingToWarnOf(venues: readonly string[]): DaySpec[] {
  return venues.map(upToDate).flatMap((now) => {
    const date = tradingDayBefore(Temporal.PlainDate.from(now.date)).toString();
    return [{ ...now, date, minutes: { from: 600, until: 603 } }, now];
  });
}

/** Serves these days in a machine; its API's URL. */
export async function serveIn(
  { network }: Machine,
  served: Served,
  port: number = PORT,
): Promise<Program & { readonly apiUrl: string }> {
  const script = new URL("serve_days.ts", import.meta.url).pathname;
  const deno = [Deno.execPath(), "run", "--quiet", "-A", script, `${port}`, JSON.stringify(served)];
  const server = startCommand([...network, ...deno]);
  await heard(server, /serving/);
  return { ...server, apiUrl: `http://127.0.0.1:${port}/api` };
}

async function ended(args: readonly string[]): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command("nsenter", { args: [...args], stdin: "null" })
    .output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
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
  const deadline = performance.now() + PATIENCE_MILLIS;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > deadline) throw new Error(`not within ${PATIENCE_MILLIS / 1000} s: ${look}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
