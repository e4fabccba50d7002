import { RAW } from "../datasets.ts";
import { basename, dirname, join } from "node:path";
import { fileNamed, POSTTRADE, type SourceFile } from "../../feed/file_names.ts";
import type { Venue } from "../../feed/venue.ts";
import {
  entriesOf,
  ifThere,
  isThere,
  moveDurably,
  onDisk,
  removeIfThere,
  removeUnfinished,
  writeUnfinished,
} from "../../system/atomic.ts";
import { periodsOf } from "../dates.ts";
import { gzip } from "./gzip.ts";
import { findSame, inspect, inspectGzip } from "./inspect.ts";
import { type Layout, splitVersion, versionPath } from "../layout.ts";
import { rawDigest, type SpooledFile, UNPACKED_LIMIT } from "./spooled_file.ts";
import type { Breathe } from "./ndjson.ts";

/** What became of a body that was downloaded. */
export type Kept =
  | {
    readonly kind: "kept";
    /** As they came. */
    readonly bytes: number;
    readonly lines: number;
    /** Whether it came as plain NDJSON, and was packed here. */
    readonly packed: boolean;
    /** What the file is known by when another content was there under its name; that stays. */
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
   * Keeps a download. When it returns `kept`, a whole gzip stream is on disk under the file's name, for good: the bytes
   * as they came, or plain NDJSON, packed. Other bytes go to the rejected ones, the last of a name only. Throws what the
   * body, the disk, or `breathe` between pieces throws; then nothing is kept, but for NDJSON that waits among the
   * rejected ones to be packed.
   */
  async keep(
    file: SourceFile,
    body: AsyncIterable<Uint8Array>,
    breathe: Breathe = () => {},
  ): Promise<Kept> {
    let bytes = 0;
    const fill = async (append: (piece: Uint8Array) => void) => {
      for await (const piece of body) {
        append(piece);
        bytes += piece.length;
      }
    };
    const arrived = await writeUnfinished(this.layout.rawFile(file), fill);
    const found = await inspectGzip(arrived, UNPACKED_LIMIT[file.kind]);
    if ("lines" in found) {
      const version = await this.#admit(arrived, file);
      return { kind: "kept", bytes, lines: found.lines, packed: false, version };
    }
    // What a killed run was about to pack is a file: other bytes must not take its place.
    await this.readmit(file, breathe);
    moveDurably(arrived, this.layout.rejectedFile(file));
    return await this.#judgeRejected(file, breathe);
  }

  /**
   * Looks once more at the bytes that were rejected under a file's name, as a newer version may understand them. If they
   * are a file, it is kept as by `keep`, and rejected no more. Null when there are none. Throws as `keep`.
   */
  async readmit(file: SourceFile, breathe: Breathe = () => {}): Promise<Kept | null> {
    return isThere(this.layout.rejectedFile(file)) ? await this.#judgeRejected(file, breathe) : null;
  }

  /** The dates that have raw files, oldest first. */
  dates(): string[] {
    return periodsOf(this.layout, RAW, this.venue);
  }

  /** The raw files of a date, by name; what somebody has put into its folder besides is none. */
  files(date: string): SpooledFile[] {
    const directory = this.layout.rawDay(this.venue, date);
    return entriesOf(directory).flatMap(({ name, isFile }) => {
      const [plain, version] = splitVersion(name);
      const file = isFile ? this.#ownFile(plain) : null;
      if (file === null || file.date !== date) return [];
      return [{ file, path: `${directory}/${name}`, version: version ?? null }];
    });
  }

  /** The names of a date of which only bytes came that are no file of the exchange. */
  rejected(date: string): string[] {
    const names = entriesOf(this.layout.rejectedDay(this.venue, date))
      .filter(({ name, isFile }) => isFile && this.#ownFile(name)?.name === name)
      .map(({ name }) => name);
    if (names.length === 0) return []; // mostly so, and a date has 1,321 files
    const kept = new Set(this.files(date).map(({ file }) => file.name));
    return names.filter((name) => !kept.has(name));
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
   * of a file's; only for the holder of the venue's lock.
   */
  async tidy(date: string): Promise<void> {
    removeUnfinished(this.layout.rawDay(this.venue, date), `${this.venue}-${POSTTRADE}-`);
    for (const { file, path, version } of this.files(date)) {
      if (version === null && basename(path) !== file.name) await this.#admit(path, file);
    }
  }

  /** Moves a file that can no longer be unpacked to the rejected ones, so that it is asked for again. */
  reject({ file, path }: SpooledFile): void {
    moveDurably(path, this.layout.rejectedFile(file));
  }

  /** Deletes a file for good, with the bytes that were rejected under its name. Throws `CannotWrite`. */
  remove({ file, path }: SpooledFile): void {
    onDisk(path, () => removeIfThere(path));
    this.removeRejected(file);
  }

  /** Deletes the bytes that were rejected under a file's name. Throws `CannotWrite`. */
  removeRejected(file: SourceFile): void {
    const path = this.layout.rejectedFile(file);
    onDisk(path, () => removeIfThere(path));
  }

  /** Takes away the folders of a date, and those above it, as far as nothing lies in them. Throws `CannotWrite`. */
  async prune(date: string): Promise<void> {
    await this.tidy(date);
    const top = this.layout.ofVenue(RAW, this.venue);
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

  /** Killed at any point, it leaves the bytes where they were, or packed in the same place, or the file in the spool. */
  async #judgeRejected(file: SourceFile, breathe: Breathe): Promise<Kept> {
    const path = this.layout.rejectedFile(file);
    const { size: bytes } = Deno.statSync(path);
    const found = await inspect(path, UNPACKED_LIMIT[file.kind], breathe);
    if ("reason" in found) return { kind: "rejected", reason: found.reason, path };
    const { lines, isPlain } = found;
    if (isPlain) await this.#pack(path, file, breathe);
    return { kind: "kept", bytes, lines, packed: isPlain, version: await this.#admit(path, file) };
  }

  /** Puts a gzip stream in the place of the bytes of which it is made. */
  async #pack(path: string, file: SourceFile, breathe: Breathe): Promise<void> {
    const fill = async (append: (piece: Uint8Array) => void) => {
      for await (const piece of gzip(path)) {
        append(piece);
        await breathe();
      }
    };
    moveDurably(await writeUnfinished(this.layout.rawFile(file), fill), path);
  }

  /** Gives a file its name, and a second version of one its own; returns what that is known by. */
  async #admit(path: string, file: SourceFile): Promise<string | null> {
    const place = this.layout.rawFile(file);
    if (!isThere(place)) {
      moveDurably(path, place);
      return null;
    }
    const known = this.files(file.date).filter((other) =>
      other.file.name === file.name && other.path !== path
    );
    const same = await findSame(path, known, UNPACKED_LIMIT[file.kind]);
    if (same !== null) {
      removeIfThere(path);
      return same.version;
    }
    const version = rawDigest(path);
    moveDurably(path, versionPath(place, version));
    return version;
  }
}
