import { Buffer } from "node:buffer";
import { DIGEST_DIGITS, digestOf, newHash } from "../digest.ts";
import { FOOTER_CHECKSUM_KEY, OURS } from "../footer_keys.ts";
import { ForeignFile, NotAsWritten } from "../damage.ts";

/** Stands in place of a footer's checksum while that is computed; it has the length of a digest. */
export const BLANK_CHECKSUM = "0".repeat(DIGEST_DIGITS);

/** Between a key and its value: the field header and the value's length, which fits in one byte. */
const BETWEEN = 2;

/**
 * Puts the digest of a footer's bytes into them in place of `BLANK_CHECKSUM`. Without it, a flipped bit could make a
 * column look empty, or change the ledger, without being noticed.
 */
export function writeChecksum(footer: Uint8Array): void {
  footer.set(new TextEncoder().encode(digestOf(footer)), placeOf(footer));
}

/**
 * Throws `NotAsWritten` when a footer's bytes do not match their checksum, `ForeignFile` when they contain no key of
 * ours.
 */
export function checkFooter(footer: Uint8Array): void {
  const place = placeOf(footer);
  const end = place + BLANK_CHECKSUM.length;
  const found = new TextDecoder().decode(footer.subarray(place, end));
  const hash = newHash().update(footer.subarray(0, place)).update(BLANK_CHECKSUM).update(
    footer.subarray(end),
  );
  if (hash.digest("hex") !== found) {
    throw new NotAsWritten("the bytes of its footer do not match their digest");
  }
}

/** Whether a footer's bytes match their checksum. */
export function isAsWritten(footer: Uint8Array): boolean {
  try {
    checkFooter(footer);
    return true;
  } catch (error) {
    if (error instanceof NotAsWritten) return false;
    throw error;
  }
}

function placeOf(footer: Uint8Array): number {
  const bytes = Buffer.from(footer.buffer, footer.byteOffset, footer.length);
  const key = bytes.lastIndexOf(FOOTER_CHECKSUM_KEY);
  const place = key + FOOTER_CHECKSUM_KEY.length + BETWEEN;
  if (key >= 0 && place + BLANK_CHECKSUM.length <= footer.length) return place;
  if (!bytes.includes(OURS)) {
    throw new ForeignFile("according to its footer it was not written by this program");
  }
  throw new NotAsWritten("its footer has no checksum");
}
