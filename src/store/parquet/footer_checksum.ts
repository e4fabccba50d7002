import { Buffer } from "node:buffer";
import { DIGEST_DIGITS, digestOf } from "../digest.ts";
import { OURS, SEAL_KEY } from "../footer_keys.ts";
import { ForeignFile, NotAsWritten } from "../damage.ts";

/** What stands under the seal's key before a footer is sealed: as long as its digest. */
export const UNSEALED = "0".repeat(DIGEST_DIGITS);

/** Between a key and its value: the header of the field, and the value's length, which fits in a byte. */
const BETWEEN = 2;

/**
 * Puts the digest of a footer's bytes into them, where `UNSEALED` is. Without it a flipped bit could tell a reader
 * that a column is empty, or change the ledger, and nobody would notice.
 */
export function seal(footer: Uint8Array): void {
  footer.set(new TextEncoder().encode(digestOf(footer)), placeOf(footer));
}

/** Throws `NotAsWritten` when a footer's bytes are not the ones that were sealed, `ForeignFile` where nothing in them is of ours. */
export function checkSeal(footer: Uint8Array): void {
  const place = placeOf(footer);
  const blank = footer.slice();
  blank.set(new TextEncoder().encode(UNSEALED), place);
  const found = new TextDecoder().decode(footer.subarray(place, place + UNSEALED.length));
  if (digestOf(blank) !== found) throw new NotAsWritten("the bytes of its footer do not match their digest");
}

/** Whether a footer's bytes are the ones that were sealed. */
export function isSealed(footer: Uint8Array): boolean {
  try {
    checkSeal(footer);
    return true;
  } catch (error) {
    if (error instanceof NotAsWritten) return false;
    throw error;
  }
}

function placeOf(footer: Uint8Array): number {
  const bytes = Buffer.from(footer.buffer, footer.byteOffset, footer.length);
  const key = bytes.lastIndexOf(SEAL_KEY);
  const place = key + SEAL_KEY.length + BETWEEN;
  if (key >= 0 && place + UNSEALED.length <= footer.length) return place;
  if (!bytes.includes(OURS)) throw new ForeignFile("by its footer it was not written by this program");
  throw new NotAsWritten("its footer has no checksum");
}
