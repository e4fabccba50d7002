import { dirname } from "node:path";
import { writeAllSync } from "../system/atomic.ts";
import { reasonOf } from "../system/disk_error.ts";
import { type FileIdentity, infoOf, isSameFile } from "../system/flock.ts";
import { giveToFolderOwner } from "../system/owner.ts";
import { Archive } from "./archive.ts";
import { openLocked } from "./file.ts";
import { rotatedPath } from "./rotated_name.ts";

/** The defaults of the user's document. */
const ROTATE_BYTES = 10 * 1024 * 1024;
const KEEP_DAYS = 30;
/** How often rotating or opening is tried again where the disk refuses it; each time warns. */
const RETRY_MILLIS = 60_000;
/** Each time another process must rotate the file between our opening and locking it. */
const OPEN_ATTEMPTS = 100;
/** Some 0.1 ms; a line that crosses a page is seen in part for a few microseconds. */
const CUT_LOOKS = 100;
const LINE_FEED = 0x0a;

const encoder = new TextEncoder();

export interface LogFileSettings {
  readonly path: string;
  /** The size beyond which the file is rotated; default 10 MiB, `Infinity` leaves that to an outside logrotate. */
  readonly rotateBytes?: number;
  /** For how many days a rotated file is kept; default 30. */
  readonly keepDays?: number;
}

export interface RotatingFileOptions extends LogFileSettings {
  readonly now: () => number;
  /** Called with what went wrong beside the writing of a line; the line is written nevertheless. */
  readonly warn: (message: string) => void;
}

/**
 * A log file that any number of processes append to, and that is rotated at a size, by whoever comes first.
 *
 * No line is lost or torn. Each is one write(2) with O_APPEND. Every writer holds a shared lock on the file that it
 * has open and looks before each line whether that is still the file at the path (another process, or an outside
 * logrotate, may have moved it); a line that comes too late for that goes to the moved file. A moved file is
 * compressed only under an exclusive lock: when nobody can write to it any more. The rename itself happens under a
 * lock on `PATH.lock`; nobody ever waits for a lock.
 */
export class RotatingFile {
  /** Where the file is; of a link where it leads to. */
  readonly path: string;
  readonly #rotateBytes: number;
  readonly #options: RotatingFileOptions;
  readonly #archive: Archive;
  #file: Deno.FsFile;
  #identity: FileIdentity;
  #retryAt = -Infinity;

  /** Opens the file and makes its folders; throws when that cannot be done. */
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
   * Appends the line and a line break. Throws when the line could not be written, or not all of it; the next one
   * begins on a line of its own.
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

  /** Goes on with the file that is at the path now, a new one if need be: after an outside logrotate. */
  reopen(): void {
    this.#attempt(() => this.#open());
  }

  /** Ends soon; what is left to compress is compressed after the next start. */
  async close(): Promise<void> {
    this.#file.close();
    await this.#archive.close();
  }

  #makeRoom(info: Deno.FileInfo | null, bytes: number): void {
    if (this.#options.now() < this.#retryAt) return;
    if (info === null || !isSameFile(this.#identity, info)) this.#attempt(() => this.#open());
    else if (info.size > 0 && info.size + bytes > this.#rotateBytes) this.#attempt(() => this.#rotate());
  }

  /** What fails here costs no line: the file that is open takes it. */
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
    if (lock === null) return; // somebody rotates just now
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

/** Of a link what it leads to: rotating must move the file, not the link. */
function pathOf(path: string, file: Deno.FsFile): string {
  return file.statSync().isFile ? Deno.realPathSync(path) : path;
}

/**
 * Whether the last line was cut: by a full disk, or by the end of a process. What another process is just writing
 * may be seen in part too, but not look after look; should it be, an empty line comes after it.
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
