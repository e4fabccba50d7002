import { dirname } from "node:path";
import { infoOf, writeAllSync } from "../system/atomic.ts";
import { reasonOf } from "../system/disk_error.ts";
import { type FileIdentity, isSameFile } from "../system/flock.ts";
import { giveToFolderOwner } from "../system/owner.ts";
import { Archive } from "./archive.ts";
import { openLocked } from "./file.ts";
import { rotatedPath } from "./rotated_name.ts";

/** The defaults in the user's guide. */
const ROTATE_BYTES = 10 * 1024 * 1024;
const KEEP_DAYS = 30;
/** How often rotating or opening is tried again while the disk refuses it; each attempt logs a warning. */
const RETRY_MILLIS = 60_000;
/** An attempt fails only if another process rotates the file between our opening and locking it. */
const OPEN_ATTEMPTS = 100;
/** Takes some 0.1 ms; a line that crosses a page boundary is partly visible for a few microseconds. */
const CUT_LOOKS = 100;
const LINE_FEED = 0x0a;

const encoder = new TextEncoder();

export interface LogFileSettings {
  readonly path: string;
  /** The size at which the file is rotated; default 10 MiB. `Infinity` leaves rotation to an outside logrotate. */
  readonly rotateBytes?: number;
  /** For how many days a rotated file is kept; default 30. */
  readonly keepDays?: number;
}

export interface RotatingFileOptions extends LogFileSettings {
  readonly now: () => number;
  /** Called when something other than writing the line has failed; the line is written nevertheless. */
  readonly warn: (message: string) => void;
}

/**
 * A log file that any number of processes append to; whoever reaches the size limit first rotates it.
 *
 * No line is lost or torn. Each line is one write(2) with O_APPEND. Every writer holds a shared lock on the file that
 * it has open, and before each line checks that this is still the file at the path: another process, or an outside
 * logrotate, may have moved it. A line that comes too late for that check goes to the moved file. A moved file is
 * compressed only under an exclusive lock, when nobody can write to it any more. The rename happens under a lock on
 * `PATH.lock`; nobody ever waits for a lock.
 */
export class RotatingFile {
  /** The path of the file; if it was a link, of its target. */
  readonly path: string;
  readonly #rotateBytes: number;
  readonly #options: RotatingFileOptions;
  readonly #archive: Archive;
  #file: Deno.FsFile;
  #identity: FileIdentity;
  #retryAt = -Infinity;

  /** Opens the file and creates its folders; throws when that is not possible. */
  constructor(options: RotatingFileOptions) {
    this.#options = options;
    this.#rotateBytes = options.rotateBytes ?? ROTATE_BYTES;
    this.#file = openLog(options.path);
    this.#identity = this.#file.statSync();
    this.path = pathOf(options.path, this.#file);
    this.#archive = new Archive({ ...options, path: this.path, keepDays: options.keepDays ?? KEEP_DAYS });
    this.#archive.tidyWhenDue();
  }

  /**
   * Appends the line and a line break. Throws when not all of the line could be written; the next line begins on a new
   * line.
   */
  write(line: string): void {
    const bytes = encoder.encode(`${line}\n`);
    const info = infoOf(this.path);
    if (info === null || info.isFile) {
      this.#makeRoom(info, bytes.length);
      this.#archive.tidyWhenDue();
      if (endsWithinLine(this.#file)) writeAllSync(this.#file, Uint8Array.of(LINE_FEED));
    }
    writeAllSync(this.#file, bytes);
  }

  /** Continues with the file that is at the path now, or a new one; for use after an outside logrotate. */
  reopen(): void {
    this.#attempt(() => this.#open());
  }

  /** Ends soon; the rest of the compressing is done after the next start. */
  async close(): Promise<void> {
    this.#file.close();
    await this.#archive.close();
  }

  #makeRoom(info: Deno.FileInfo | null, bytes: number): void {
    if (this.#options.now() < this.#retryAt) return;
    if (info === null || !isSameFile(this.#identity, info)) this.#attempt(() => this.#open());
    else if (info.size > 0 && info.size + bytes > this.#rotateBytes) this.#attempt(() => this.#rotate());
  }

  /** A failure here loses no line: the line goes to the file that is already open. */
  #attempt(change: () => void): void {
    try {
      change();
      this.#retryAt = -Infinity;
    } catch (error) {
      this.#retryAt = this.#options.now() + RETRY_MILLIS;
      this.#options.warn(
        `A new log file ${this.path} cannot be begun: ${reasonOf(error)}. The old one is used`,
      );
    }
  }

  #rotate(): void {
    using lock = openLocked(`${this.path}.lock`, { write: true, create: true, mode: 0o640 }, "exclusive");
    if (lock === null) return; // another process is rotating it
    giveToFolderOwner(`${this.path}.lock`);
    if (isSameFile(this.#identity, infoOf(this.path))) {
      const rotated = rotatedPath(this.path, this.#options.now(), (path) => infoOf(path) !== null);
      Deno.renameSync(this.path, rotated);
      this.#archive.grew();
    }
    this.#open();
  }

  #open(): void {
    const file = openLog(this.path);
    this.#file.close();
    this.#file = file;
    this.#identity = file.statSync();
  }
}

function openLog(path: string): Deno.FsFile {
  try {
    return openShared(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    makeFolder(dirname(path));
    return openShared(path);
  }
}

function makeFolder(path: string): void {
  if (infoOf(path) !== null) return;
  makeFolder(dirname(path));
  Deno.mkdirSync(path, { recursive: true, mode: 0o750 });
  giveToFolderOwner(path);
}

function openShared(path: string): Deno.FsFile {
  const isNew = infoOf(path) === null;
  for (let attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
    const file = openLocked(path, { read: true, append: true, create: true, mode: 0o640 }, "shared");
    if (file === null) continue;
    if (isNew) giveToFolderOwner(path);
    return file;
  }
  throw new Error("another program holds a lock on it");
}

/** Resolves a link: rotating must move the file, not the link. */
function pathOf(path: string, file: Deno.FsFile): string {
  return file.statSync().isFile ? Deno.realPathSync(path) : path;
}

/**
 * Whether the last line was cut off, by a full disk or the end of a process. A line that another process is writing may
 * look cut off too, but not repeatedly; should it do so after all, an extra empty line follows it.
 */
function endsWithinLine(file: Deno.FsFile): boolean {
  for (let look = 0; look < CUT_LOOKS; look++) if (endsWithLine(file)) return false;
  return true;
}

function endsWithLine(file: Deno.FsFile): boolean {
  if (file.seekSync(0, Deno.SeekMode.End) === 0) return true;
  file.seekSync(-1, Deno.SeekMode.End);
  const last = new Uint8Array(1);
  file.readSync(last);
  return last[0] === LINE_FEED;
}
