import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { fileNamed, POSTTRADE, type SourceFile } from "../feed/source_file.ts";
import type { Venue } from "../feed/venue.ts";
import {
  entriesOf,
  fromDisk,
  ifThere,
  moveDurably,
  onDisk,
  removeIfThere,
  removeUnfinished,
  writeUnfinished,
} from "./atomic.ts";
import { datesBelow } from "./dates.ts";
import { gunzip, NotGzip } from "./gzip.ts";
import type { Layout } from "./layout.ts";

const MIB = 1024 * 1024;
/** How far a file may unpack: sixty times the largest seen; beyond it is a bomb, not trades. */
export const UNPACKED_LIMIT: Record<SourceFile["kind"], number> = { minute: 256 * MIB, daily: 4096 * MIB };
/** Hex digits of a SHA-256 that name a raw file in the ledger. */
const DIGEST_DIGITS = 16;

const NEWLINE = 0x0a;
const SPACE = 0x20;

/** Between the name and the digest of a second version. */
const VERSION_MARK = ".~";

/** A file that is in the spool. */
export interface SpooledFile {
  readonly file: SourceFile;
  readonly path: string;
  /** Set on a second version, other bytes under a name that was there already: `NAME.~DIGEST`. */
  readonly version: string | null;
}

/** What became of a body that was downloaded. */
export type Kept =
  | {
    readonly kind: "kept";
    readonly bytes: number;
    readonly lines: number;
    /** What the file is known by when other bytes were there under its name; they stay. */
    readonly version: string | null;
  }
  | { readonly kind: "rejected"; readonly reason: string; readonly path: string };

/**
 * The raw spool of a venue's trades: the exchange's own bytes, as they came, before anything tries to understand
 * them. A file in the spool counts as seen. Files of the venue's other services may lie in the same folders: they are
 * not seen here, and never touched.
 */
export class Spool {
  constructor(readonly layout: Layout, readonly venue: Venue) {}

  /**
   * Keeps a download. When it returns `kept`, a whole gzip stream is on disk under the file's name, for good.
   * Other bytes go to the rejected ones, the last of a name only. Throws what the body or the disk throws; then
   * nothing is kept.
   */
  async keep(file: SourceFile, body: AsyncIterable<Uint8Array>): Promise<Kept> {
    let bytes = 0;
    const fill = async (append: (piece: Uint8Array) => void) => {
      for await (const piece of body) {
        append(piece);
        bytes += piece.length;
      }
    };
    const arrived = await writeUnfinished(this.layout.rawDay(file.venue, file.date), fill, file.name);
    const found = await inspect({ file, path: arrived, version: null });
    if ("lines" in found) {
      return { kind: "kept", bytes, lines: found.lines, version: this.#admit(arrived, file) };
    }
    const path = this.layout.rejectedFile(file);
    moveDurably(arrived, path);
    return { kind: "rejected", reason: found.reason, path };
  }

  /** The dates that have raw files, oldest first. */
  dates(): string[] {
    return datesBelow(this.layout.days("raw", this.venue));
  }

  /** The raw files of a date, by name; what somebody has put into its folder besides is none. */
  files(date: string): SpooledFile[] {
    const directory = this.layout.rawDay(this.venue, date);
    return entriesOf(directory).flatMap(({ name, isFile }) => {
      const [plain, version] = name.split(VERSION_MARK);
      const file = isFile ? this.#ownFile(plain) : null;
      if (file === null || file.date !== date) return [];
      return [{ file, path: join(directory, name), version: version ?? null }];
    });
  }

  /** The names of a date of which only bytes came that are no gzip stream. */
  rejected(date: string): string[] {
    const kept = new Set(this.files(date).map(({ file }) => file.name));
    return entriesOf(this.layout.rejectedDay(this.venue, date))
      .map(({ name }) => name)
      .filter((name) => this.#ownFile(name) !== null && !kept.has(name));
  }

  /** Folders that lie where a raw file of a date belongs. */
  obstacles(date: string): string[] {
    const directory = this.layout.rawDay(this.venue, date);
    return entriesOf(directory)
      .filter(({ name, isFile }) => !isFile && this.#ownFile(name) !== null)
      .map(({ name }) => join(directory, name));
  }

  /**
   * Takes away what a killed download left of a date, and gives its usual name to what lies there under another one
   * of a file's; only for who holds the venue's lock.
   */
  tidy(date: string): void {
    removeUnfinished(this.layout.rawDay(this.venue, date), `${this.venue}-${POSTTRADE}-`);
    for (const { file, path, version } of this.files(date)) {
      if (version === null && basename(path) !== file.name) this.#admit(path, file);
    }
  }

  /** Moves a file that can no longer be unpacked to the rejected ones, so that it is asked for again. */
  reject({ file, path }: SpooledFile): void {
    moveDurably(path, this.layout.rejectedFile(file));
  }

  /** Deletes a file for good, with the bytes that were rejected under its name. Throws `CannotWrite`. */
  remove({ file, path }: SpooledFile): void {
    onDisk(path, () => removeIfThere(path));
    onDisk(path, () => removeIfThere(this.layout.rejectedFile(file)));
  }

  /** Takes away the folders of a date, and those above it, as far as nothing lies in them. Throws `CannotWrite`. */
  prune(date: string): void {
    this.tidy(date);
    const top = this.layout.days("raw", this.venue);
    for (let folder = this.layout.rejectedDay(this.venue, date); folder !== top; folder = dirname(folder)) {
      if (entriesOf(folder).length > 0) return;
      onDisk(folder, () => ifThere(() => Deno.removeSync(folder)));
    }
  }

  /** The file of this name; null when it is none, or another venue's or service's: these are nobody's here. */
  #ownFile(name: string): SourceFile | null {
    const file = fileNamed(name);
    return file?.venue === this.venue && file.service === POSTTRADE ? file : null;
  }

  /** Gives a file its name, and a second version of one its own; returns what that is known by. */
  #admit(arrived: string, file: SourceFile): string | null {
    const path = this.layout.rawFile(file);
    if (!exists(path)) {
      moveDurably(arrived, path);
      return null;
    }
    const digest = rawDigest(arrived);
    if (digest === rawDigest(path)) {
      removeIfThere(arrived);
      return null;
    }
    moveDurably(arrived, `${path}${VERSION_MARK}${digest}`);
    return digest;
  }
}

/** The content of a spooled file, unpacked, in pieces; throws `NotGzip` when its bytes have been damaged. */
export function unpack({ file, path }: SpooledFile): AsyncIterable<Uint8Array> {
  return gunzip(path, UNPACKED_LIMIT[file.kind]);
}

/** What names a raw file's bytes in the ledger. Read in one go: a stream costs a seventh of a day's publication. */
export function rawDigest(path: string): string {
  const hash = createHash("sha256");
  const piece = new Uint8Array(64 * 1024);
  using file = Deno.openSync(path);
  const next = () => fromDisk(path, () => file.readSync(piece));
  for (let read = next(); read !== null; read = next()) hash.update(piece.subarray(0, read));
  return hash.digest("hex").slice(0, DIGEST_DIGITS);
}

/** The lines of a spooled file that are not blank: so many rows it has, if none is bad. Throws as `unpack`. */
export async function countLines(spooled: SpooledFile): Promise<number> {
  let lines = 0;
  let blank = true;
  for await (const piece of unpack(spooled)) {
    for (let start = 0; start < piece.length;) {
      const newline = piece.indexOf(NEWLINE, start);
      const end = newline < 0 ? piece.length : newline;
      blank &&= isBlank(piece, start, end);
      if (newline >= 0) {
        if (!blank) lines++;
        blank = true;
      }
      start = end + 1;
    }
  }
  return blank ? lines : lines + 1;
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] > SPACE) return false;
  return true;
}

/** Reads a gzip stream to its end, where the checksum is: the lines in it, or why it is none. */
async function inspect(spooled: SpooledFile): Promise<{ lines: number } | { reason: string }> {
  try {
    return { lines: await countLines(spooled) };
  } catch (error) {
    if (error instanceof NotGzip) return { reason: error.message };
    throw error;
  }
}

function exists(path: string): boolean {
  return ifThere(() => Deno.lstatSync(path)) !== null;
}
