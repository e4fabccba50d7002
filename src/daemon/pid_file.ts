import { log } from "../log/log.ts";
import { infoOf } from "../system/atomic.ts";
import type { Clock } from "../system/clock.ts";
import { fromDisk, reasonOf, refusalOf } from "../system/disk_error.ts";
import { isStillAt, tryFlock } from "../system/flock.ts";

/** Another process holds the PID file. */
export class AlreadyRunning extends Error {
  override name = "AlreadyRunning";

  constructor(holder: Holder, path: string) {
    super(`Another instance is already running (PID ${holder.pid ?? "unknown"}): it holds ${path}`);
  }
}

/** The PID file can be neither created nor written. */
export class CannotWritePidFile extends Error {
  override name = "CannotWritePidFile";

  constructor(path: string, cause: unknown) {
    super(`cannot write the PID file ${path}: ${reasonOf(cause)}. ${remedyOf(cause)}`, { cause });
  }
}

/** The process that holds a PID file, by the PID in the file; null when the file has no PID. */
export interface Holder {
  readonly pid: number | null;
}

/** A PID file that we hold until it is disposed. It is removed then, unless another file has taken its place. */
export interface PidFile extends Disposable {
  readonly path: string;
}

/** How long to keep trying for a PID file that another process holds. */
export interface PidFileWait {
  readonly clock: Clock;
  /** A look by `holderOf` holds it for an instant, so keep trying for longer than that. */
  readonly patienceMillis: number;
  readonly signal: AbortSignal;
  /** Called when it is taken over; by default logs a warning. */
  readonly onTakeOver?: (message: string) => void;
}

const RETRY_MILLIS = 50;
/** The longest PID with a line break is shorter. */
const CONTENT_BYTES = 32;

/**
 * Creates the PID file, or takes over, with a warning, one that another process left behind. It is held by an advisory
 * lock, which the system releases when its holder dies; its content is never used to decide whether a process runs. Its
 * folder must exist. On a full disk it is held without a PID in it. Throws `AlreadyRunning` when another process holds
 * it, even if we may only read it; `CannotWritePidFile` when the system refuses; and the signal's reason.
 */
export async function acquirePidFile(
  path: string,
  { clock, patienceMillis, signal, onTakeOver = (message) => log.warning(message) }: PidFileWait,
): Promise<PidFile> {
  for (let waited = 0;; waited += RETRY_MILLIS) {
    signal.throwIfAborted();
    const taken = tryToTake(path, onTakeOver);
    if ("path" in taken) return taken;
    if (waited >= patienceMillis) throw new AlreadyRunning(taken, path);
    await clock.sleep(RETRY_MILLIS, signal);
  }
}

/** Which process holds the PID file now; null when none does. Only reads. Throws when it cannot be read. */
export function holderOf(path: string): Holder | null {
  if (infoOf(path) === null) return null;
  return fromDisk(path, () => {
    using file = Deno.openSync(path);
    return file.tryLockSync(false) ? null : holderIn(file);
  });
}

function tryToTake(path: string, onTakeOver: (message: string) => void): PidFile | Holder {
  const opening = openToWrite(path);
  if ("pid" in opening) return opening;
  const { file, existed } = opening;
  using opened = new DisposableStack();
  opened.use(file);
  if (!isLocked(path, file)) return holderIn(file);
  if (existed) onTakeOver(`Taking over the PID file ${path}: ${whatIsLeft(file)}`);
  writePid(path, file);
  opened.move();
  return { path, [Symbol.dispose]: () => release(path, file) };
}

function isLocked(path: string, file: Deno.FsFile): boolean {
  try {
    return tryFlock(path, file, "exclusive");
  } catch (error) {
    throw new CannotWritePidFile(path, error);
  }
}

function openToWrite(path: string): { file: Deno.FsFile; existed: boolean } | Holder {
  try {
    const existed = infoOf(path) !== null;
    return { existed, file: Deno.openSync(path, { read: true, write: true, create: true, mode: 0o644 }) };
  } catch (error) {
    const holder = isNotOurs(error) ? holderIfReadable(path) : null;
    if (holder !== null) return holder;
    throw new CannotWritePidFile(path, error);
  }
}

/** Without write access its holder can still be read; without read access it stays unknown. */
function holderIfReadable(path: string): Holder | null {
  try {
    return holderOf(path);
  } catch (error) {
    if (isNotOurs(error)) return null;
    throw error;
  }
}

/** On a full disk it is held without a PID, since the daemon is what can free space. */
function writePid(path: string, file: Deno.FsFile): void {
  try {
    file.truncateSync(0);
    file.seekSync(0, Deno.SeekMode.Start);
    file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
    file.syncDataSync();
  } catch (error) {
    if (refusalOf(error) !== "full") throw new CannotWritePidFile(path, error);
    log.warning(`The PID file ${path} is held without a PID: ${reasonOf(error)}`);
  }
}

/**
 * The file is removed before its lock is released, so that a waiting process finds another file at the path, or none.
 */
function release(path: string, file: Deno.FsFile): void {
  using _lock = file;
  try {
    if (isStillAt(path, file)) Deno.removeSync(path);
  } catch (error) {
    log.warning(`The PID file ${path} stays behind: ${reasonOf(error)}`);
  }
}

function holderIn(file: Deno.FsFile): Holder {
  const pid = /^\s*([1-9]\d*)\s*$/.exec(contentOf(file));
  return { pid: pid && Number(pid[1]) };
}

function whatIsLeft(file: Deno.FsFile): string {
  const content = contentOf(file).trim();
  return content === "" ? "it is empty" : `it says ${JSON.stringify(content)}, but no process holds it`;
}

function contentOf(file: Deno.FsFile): string {
  const bytes = new Uint8Array(CONTENT_BYTES);
  file.seekSync(0, Deno.SeekMode.Start);
  return new TextDecoder().decode(bytes.subarray(0, file.readSync(bytes) ?? 0));
}

/** Whether the system denies write access; the file may still be readable. */
function isNotOurs(error: unknown): boolean {
  return ["no permission", "read-only"].includes(refusalOf(error));
}

function remedyOf(cause: unknown): string {
  switch (refusalOf(cause)) {
    case "not there":
      return "Make its folder, or choose another --pid-file";
    case "no permission":
    case "read-only":
      return "Change the owner of it and of its folder, or choose another --pid-file";
    default:
      return "Choose another --pid-file";
  }
}
