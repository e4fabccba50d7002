import { giveToFolderOwner } from "../system/owner.ts";
import { ifThere, makeDirectory, onDisk, removeIfThere, writeAllSync } from "../system/atomic.ts";
import { freeBytes } from "./disk.ts";
import type { Layout } from "./layout.ts";

const MIB = 1024 * 1024;

/** Some three days of Xetra, of which one has 16 MB as it comes and 9 MB in its partition. */
export const RESERVE_BYTES = 64 * MIB;

/**
 * The reserve is made only where it takes a tenth of what is free. So a small disk has none, for it would itself be
 * what fills the disk; and one that was released is not made again before somebody has made room.
 */
const ROOM = 10 * RESERVE_BYTES;

/**
 * Sees to it that a file of `RESERVE_BYTES` lies in the state folder, in blocks of its own, if there is room for it
 * and the system tells so. One that was cut short is completed. `breathe` is awaited after each piece. Throws
 * `CannotWrite`, and what `breathe` throws.
 */
export async function keepReserve({ state, reserve }: Layout, breathe: () => Promise<void>): Promise<void> {
  const size = ifThere(() => Deno.statSync(reserve))?.size ?? 0;
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

/** Gives the reserve back to the disk; false when there was none. */
export function releaseReserve({ reserve }: Layout): boolean {
  const there = ifThere(() => Deno.statSync(reserve));
  if (!there?.isFile) return false;
  removeIfThere(reserve);
  return there.size > 0;
}
