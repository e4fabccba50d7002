import { giveToFolderOwner } from "../system/owner.ts";
import { infoOf, makeDirectory, onDisk, removeIfThere, writeAllSync } from "../system/atomic.ts";
import { freeBytes } from "./disk.ts";
import type { Layout } from "./layout.ts";

const MIB = 1024 * 1024;

/** About three days of Xetra; a day has 16 MB as downloaded and 9 MB in its partition. */
export const RESERVE_BYTES = 64 * MIB;

/**
 * The reserve is created only if it takes at most a tenth of the free space. A small disk has no reserve, since the
 * reserve itself would fill it; and a released reserve is not created again until somebody has made room.
 */
const ROOM = 10 * RESERVE_BYTES;

/**
 * Ensures that a file of `RESERVE_BYTES`, with real blocks on disk, lies in the state folder, if there is room for it
 * and the system reports the free space. A file that was cut short is completed. `breathe` is awaited after each piece.
 * Throws `CannotWrite`, and what `breathe` throws.
 */
export async function keepReserve({ state, reserve }: Layout, breathe: () => Promise<void>): Promise<void> {
  const size = infoOf(reserve)?.size ?? 0;
  if (size >= RESERVE_BYTES) return;
  makeDirectory(state);
  const free = freeBytes(state);
  if (free === null || free < ROOM) return;
  using file = onDisk(reserve, () => Deno.openSync(reserve, { write: true, create: true, mode: 0o600 }));
  onDisk(reserve, () => giveToFolderOwner(reserve));
  file.seekSync(size, Deno.SeekMode.Start);
  const piece = new Uint8Array(MIB);
  for (let left = RESERVE_BYTES - size; left > 0; left -= piece.length) {
    onDisk(reserve, () => writeAllSync(file, piece.subarray(0, Math.min(left, piece.length))));
    await breathe();
  }
}

/** Deletes the reserve to free its space; false when there was none. */
export function releaseReserve({ reserve }: Layout): boolean {
  const there = infoOf(reserve);
  if (!there?.isFile) return false;
  removeIfThere(reserve);
  return there.size > 0;
}
