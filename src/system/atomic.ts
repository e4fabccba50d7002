import { basename, dirname, join } from "node:path";
import { reasonOf, refusalOf } from "./disk_error.ts";
import { syncFolder } from "./folder.ts";
import { giveToFolderOwner } from "./owner.ts";

/** Data and their folders are readable by the group, for analysts beside the collector. */
const FILE_MODE = 0o640;
const DIRECTORY_MODE = 0o750;
/** The prefix of an unfinished file: hidden, and never ending like a finished one. */
const UNFINISHED = ".unfinished-";

/**
 * The disk refuses: it is full, read-only, or belongs to another user. The message says which path, and what to do;
 * `option` is the one by which the user can choose another place.
 */
export class CannotWrite extends Error {
  override name = "CannotWrite";

  constructor(readonly path: string, cause: unknown, option = "--wrk-dir") {
    super(`cannot write ${path}: ${remedyOf(cause, option)}`, { cause });
  }
}

/** Fills a file by calling `append`; may throw any error. */
export type Fill = (append: (bytes: Uint8Array) => void) => void | Promise<void>;

/**
 * The one procedure by which files are created: write under another name (in the file's directory or in a `workshop` on
 * the same disk), sync, rename, sync the directory. After a crash at any point there is either the old file or the new
 * one, complete, and at most one unfinished file, which `removeUnfinished` deletes.
 *
 * Throws `CannotWrite`, and what `fill` throws; then nothing has changed.
 */
export async function writeAtomically(path: string, fill: Fill, workshop = dirname(path)): Promise<void> {
  const unfinished = await writeUnfinished(path, fill, workshop);
  try {
    moveDurably(unfinished, path);
  } catch (error) {
    removeIfThere(unfinished);
    throw error;
  }
}

/**
 * The first half of the procedure, for callers that must see the bytes before deciding where they go: a synced, hidden
 * file in `workshop`, which `moveDurably` turns into a finished one. Its name and `CannotWrite` contain the `target`,
 * so that repeated messages are the same. Returns its path; when it throws, there is no file.
 */
export async function writeUnfinished(
  target: string,
  fill: Fill,
  workshop = dirname(target),
): Promise<string> {
  makeDirectory(workshop);
  const name = basename(target);
  const unfinished = join(workshop, `${UNFINISHED}${name}-${crypto.randomUUID()}`);
  try {
    using file = onDisk(
      join(workshop, name),
      () => Deno.openSync(unfinished, { write: true, createNew: true, mode: FILE_MODE }),
    );
    onDisk(target, () => giveToFolderOwner(unfinished, dirname(target)));
    await fill((bytes) => onDisk(target, () => writeAllSync(file, bytes)));
    onDisk(target, () => file.syncSync());
  } catch (error) {
    removeIfThere(unfinished);
    throw error;
  }
  return unfinished;
}

/** Writes a file that is useless after a crash, without the procedure. Throws as `writeAtomically`. */
export function writeTemporary(path: string, fill: (append: (bytes: Uint8Array) => void) => void): void {
  makeDirectory(dirname(path));
  using file = onDisk(
    path,
    () => Deno.openSync(path, { write: true, create: true, truncate: true, mode: 0o600 }),
  );
  fill((bytes) => onDisk(path, () => writeAllSync(file, bytes)));
}

/** Moves a file within one file system; the move is on disk when it returns. Creates the target's folder. */
export function moveDurably(from: string, to: string): void {
  makeDirectory(dirname(to));
  onDisk(to, () => {
    Deno.renameSync(from, to);
    syncFolder(dirname(to));
    if (dirname(from) !== dirname(to)) syncFolder(dirname(from));
  });
}

/**
 * Puts a finished file in the place of another one, which stays as `aside` on the same disk. Readers of `to` see one or
 * the other at every moment, and a crash loses neither. Only if a folder is in its place, that is moved away first.
 * Throws `CannotWrite`; then `to` is unchanged, if it is a file.
 */
export function replaceKeeping(from: string, to: string, aside: string): void {
  makeDirectory(dirname(aside));
  onDisk(aside, () => {
    if (isDirectory(to)) Deno.renameSync(to, aside);
    else Deno.linkSync(to, aside);
    syncFolder(dirname(aside));
  });
  moveDurably(from, to);
}

/** Creates a folder and its parents durably; does nothing when it exists. */
export function makeDirectory(path: string): void {
  if (onDisk(path, () => isDirectory(path))) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  onDisk(path, () => {
    Deno.mkdirSync(path, { recursive: true, mode: DIRECTORY_MODE });
    giveToFolderOwner(path);
    syncFolder(parent);
  });
}

/**
 * Removes what a killed process left unfinished in a folder: everything, or files that were to have `part` in their
 * name. Only for the holder of the lock for these files.
 */
export function removeUnfinished(directory: string, part = ""): void {
  for (const { name } of entriesOf(directory)) {
    if (isUnfinished(name) && name.includes(part)) removeIfThere(join(directory, name));
  }
}

/** Whether a file with this name is unfinished. */
export function isUnfinished(name: string): boolean {
  return name.startsWith(UNFINISHED);
}

/** The entries of a folder, by name; empty when the folder does not exist. */
export function entriesOf(directory: string): Deno.DirEntry[] {
  const entries = ifThere(() => [...Deno.readDirSync(directory)]) ?? [];
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Removes a file or folder, if it exists. */
export function removeIfThere(path: string): void {
  ifThere(() => Deno.removeSync(path, { recursive: true }));
}

/** Whether anything exists at a path, including a dangling link. Throws any other error of the system. */
export function isThere(path: string): boolean {
  return ifThere(() => Deno.lstatSync(path)) !== null;
}

/** Information about the file at `path`, or the target if it is a link; null when it does not exist. */
export function infoOf(path: string): Deno.FileInfo | null {
  return ifThere(() => Deno.statSync(path));
}

/** What `look` returns; null when its target does not exist. Throws all other errors. */
export function ifThere<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Runs work on a file; its errors become `CannotWrite`, with the path. */
export function onDisk<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new CannotWrite(path, error);
  }
}

/** Whether an error means that the disk, or the owner's share of it, is full. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof CannotWrite && refusalOf(error.cause) === "full";
}

function remedyOf(cause: unknown, option: string): string {
  switch (refusalOf(cause)) {
    case "full":
      return "the disk is full. Nothing that was stored is lost: free some space and run again";
    case "read-only":
      return `the file system is read-only; choose another ${option}`;
    case "no permission":
      return `no permission; change the owner of the folder, or choose another ${option}`;
    default:
      return `${reasonOf(cause)}; check the disk, or choose another ${option}`;
  }
}

/** Writes all bytes; a single write may take only some of them. */
export function writeAllSync(file: Pick<Deno.FsFile, "writeSync">, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
}

function isDirectory(path: string): boolean {
  return infoOf(path)?.isDirectory ?? false;
}
