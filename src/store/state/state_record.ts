import { fromDisk } from "../../system/disk_error.ts";
import { ifThere, isThere, moveDurably, writeAtomically } from "../../system/atomic.ts";
import { damagedPath } from "../aside_names.ts";
import { shortDigest } from "../digest.ts";

/** A record of this program, without its checksum. */
export type StateRecord = Record<string, unknown>;

/**
 * Replaces a small file: a reader sees either the old one or the new one, complete. A folder in its place is kept under
 * another name that contains the time of its last change. Throws `CannotWrite`.
 */
export async function writeState(path: string, text: string): Promise<void> {
  const there = ifThere(() => Deno.lstatSync(path));
  if (there?.isDirectory) moveDurably(path, damagedPath(path, there.mtime?.getTime() ?? 0, isThere));
  await writeAtomically(path, (append) => append(new TextEncoder().encode(text)));
}

/** Replaces a record, as `writeState` replaces a file. */
export async function writeRecord(path: string, record: object): Promise<void> {
  await writeState(path, encodeRecord(record));
}

/** The record in a file; null when there is none, or its content is not what was written. */
export function readRecord(path: string): StateRecord | null {
  try {
    const text = fromDisk(path, () => ifThere(() => Deno.readTextFileSync(path)));
    return text === null ? null : decodeRecord(text);
  } catch (error) {
    if (error instanceof Deno.errors.IsADirectory) return null;
    throw error;
  }
}

/**
 * A record as JSON with its checksum as the last key, so that a flipped bit makes it invalid instead of changing it.
 */
export function encodeRecord(record: object): string {
  return `${JSON.stringify({ ...record, seal: checksumOf(record) }, null, 1)}\n`;
}

/** Reads what `encodeRecord` wrote; null when the text has any other form. */
export function decodeRecord(text: string): StateRecord | null {
  const { seal, ...record } = parsed(text) ?? {};
  return seal === checksumOf(record) ? record : null;
}

function checksumOf(record: object): string {
  return shortDigest(JSON.stringify(record));
}

function parsed(text: string): StateRecord | null {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The texts in a list of a record; empty when it is no list. */
export function textsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((text) => typeof text === "string") : [];
}
