import { RAW } from "../datasets.ts";
import { basename, dirname, join } from "node:path";
import { fileNamed, POSTTRADE, type Service, type SourceFile } from "../../feed/file_names.ts";
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
import { syncFolder } from "../../system/folder.ts";
import { periodsOf } from "../periods.ts";
import { gzip } from "./gzip.ts";
import { findSame, inspect, inspectGzip } from "./inspect.ts";
import { splitVersion, versionPath } from "../aside_names.ts";
import type { Layout } from "../layout.ts";
import { rawDigest, type SpooledFile, unpackedLimit } from "./spooled_file.ts";
import type { Breathe } from "./ndjson.ts";

/** What happened to a downloaded body. */
export type Kept =
  | {
    readonly kind: "kept";
    /** The number of bytes as downloaded. */
    readonly bytes: number;
    readonly lines: number;
    /** Whether it was plain NDJSON and was packed here. */
    readonly packed: boolean;
    /** The digest that names the file if other content was already there under its name; that content stays. */
    readonly version: string | null;
  }
  | { readonly kind: "rejected"; readonly reason: string; readonly path: string };

/**
 * The raw spool of some services of a venue, that of its trades by default: the exchange's own bytes as downloaded,
 * before anything tries to understand them. A file in the spool counts as seen. Files of the venue's other services may
 * lie in the same folders; they are ignored here and never touched.
 */
export class Spool {
  constructor(
    readonly layout: Layout,
    readonly venue: Venue,
    readonly services: readonly Service[] = [POSTTRADE],
  ) {}

  /**
   * Keeps a download. When it returns `kept`, a complete gzip stream is durably on disk under the file's name: the
   * bytes as downloaded, or plain NDJSON, packed. Other bytes go to the rejected files; only the last ones of a name
   * are kept there. Throws what the body, the disk, or `breathe` between pieces throws; then nothing is kept, except
   * for NDJSON that waits among the rejected files to be packed.
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
    const found = await inspectGzip(arrived, unpackedLimit(file));
    if ("lines" in found) {
      const version = await this.#admit(arrived, file);
      return { kind: "kept", bytes, lines: found.lines, packed: false, version };
    }
    // What a killed run was about to pack is a file; other bytes must not replace it.
    await this.readmit(file, breathe);
    moveDurably(arrived, this.layout.rejectedFile(file));
    return await this.#judgeRejected(file, breathe);
  }

  /**
   * Looks again at the bytes that were rejected under a file's name, since a newer version may understand them. If they
   * are a file, keeps it as `keep` does, and removes it from the rejected ones. Null when there are none. Throws as
   * `keep`.
   */
  async readmit(file: SourceFile, breathe: Breathe = () => {}): Promise<Kept | null> {
    return isThere(this.layout.rejectedFile(file)) ? await this.#judgeRejected(file, breathe) : null;
  }

  /** The dates that have raw files, oldest first. */
  dates(): string[] {
    return periodsOf(this.layout, RAW, this.venue);
  }

  /** The raw files of a date, by name; other files in the folder are ignored. */
  files(date: string): SpooledFile[] {
    const directory = this.layout.rawDay(this.venue, date);
    return entriesOf(directory).flatMap(({ name, isFile }) => {
      const [plain, version] = splitVersion(name);
      const file = isFile ? this.#ownFile(plain) : null;
      if (file === null || file.date !== date) return [];
      return [{ file, path: `${directory}/${name}`, version: version ?? null }];
    });
  }

  /** The names of a date for which only bytes arrived that are not a file of the exchange. */
  rejected(date: string): string[] {
    const names = entriesOf(this.layout.rejectedDay(this.venue, date))
      .filter(({ name, isFile }) => isFile && this.#ownFile(name)?.name === name)
      .map(({ name }) => name);
    if (names.length === 0) return []; // the usual case, and a date has 1,321 files
    const kept = new Set(this.files(date).map(({ file }) => file.name));
    return names.filter((name) => !kept.has(name));
  }

  /** Folders at paths where a raw file of a date should be. */
  obstacles(date: string): string[] {
    const directory = this.layout.rawDay(this.venue, date);
    return entriesOf(directory)
      .filter(({ name, isFile }) => !isFile && this.#ownFile(name) !== null)
      .map(({ name }) => join(directory, name));
  }

  /**
   * Removes what a killed download left for a date, and gives a file that lies under another of its names its usual
   * name. Only for the holder of the venue's lock.
   */
  async tidy(date: string): Promise<void> {
    for (const service of this.services) {
      removeUnfinished(this.layout.rawDay(this.venue, date), `${this.venue}-${service}-`);
    }
    for (const { file, path, version } of this.files(date)) {
      if (version === null && basename(path) !== file.name) await this.#admit(path, file);
    }
  }

  /** Moves a file that can no longer be unpacked to the rejected files, so that it is requested again. */
  reject({ file, path }: SpooledFile): void {
    moveDurably(path, this.layout.rejectedFile(file));
  }

  /**
   * Deletes a file, with the bytes that were rejected under its name; a power loss may bring it back until `syncDay` has
   * returned. Throws `CannotWrite`.
   */
  remove({ file, path }: SpooledFile): void {
    onDisk(path, () => removeIfThere(path));
    this.removeRejected(file);
  }

  /** Deletes the bytes that were rejected under a file's name. Throws `CannotWrite`. */
  removeRejected(file: SourceFile): void {
    const path = this.layout.rejectedFile(file);
    onDisk(path, () => removeIfThere(path));
  }

  /** Makes durable which files of a date are there, and which were deleted. Throws `CannotWrite`. */
  syncDay(date: string): void {
    const folder = this.layout.rawDay(this.venue, date);
    onDisk(folder, () => syncFolder(folder));
  }

  /** Removes the folders of a date, and those above it, as far as they are empty. Throws `CannotWrite`. */
  async prune(date: string): Promise<void> {
    await this.tidy(date);
    const top = this.layout.ofVenue(RAW, this.venue);
    for (let folder = this.layout.rejectedDay(this.venue, date); folder !== top; folder = dirname(folder)) {
      if (entriesOf(folder).length > 0) return;
      onDisk(folder, () => ifThere(() => Deno.removeSync(folder)));
    }
  }

  /** The file of this name; null when it is not one, or belongs to another venue or service. */
  #ownFile(name: string): SourceFile | null {
    const file = fileNamed(name);
    return file?.venue === this.venue && this.services.includes(file.service) ? file : null;
  }

  /**
   * If it is killed at any point, the bytes are where they were, or packed in the same place, or the file is in the
   * spool.
   */
  async #judgeRejected(file: SourceFile, breathe: Breathe): Promise<Kept> {
    const path = this.layout.rejectedFile(file);
    const { size: bytes } = Deno.statSync(path);
    const found = await inspect(path, unpackedLimit(file), breathe);
    if ("reason" in found) return { kind: "rejected", reason: found.reason, path };
    const { lines, isPlain } = found;
    if (isPlain) await this.#pack(path, file, breathe);
    return { kind: "kept", bytes, lines, packed: isPlain, version: await this.#admit(path, file) };
  }

  /** Replaces bytes by the gzip stream made of them. */
  async #pack(path: string, file: SourceFile, breathe: Breathe): Promise<void> {
    const fill = async (append: (piece: Uint8Array) => void) => {
      for await (const piece of gzip(path)) {
        append(piece);
        await breathe();
      }
    };
    moveDurably(await writeUnfinished(this.layout.rawFile(file), fill), path);
  }

  /** Moves a file to its name, and a second version to a name of its own; returns the digest in that name. */
  async #admit(path: string, file: SourceFile): Promise<string | null> {
    const place = this.layout.rawFile(file);
    if (!isThere(place)) {
      moveDurably(path, place);
      return null;
    }
    const known = this.files(file.date).filter((other) =>
      other.file.name === file.name && other.path !== path
    );
    const same = await findSame(path, known, unpackedLimit(file));
    if (same !== null) {
      removeIfThere(path);
      return same.version;
    }
    const version = rawDigest(path);
    moveDurably(path, versionPath(place, version));
    return version;
  }
}
