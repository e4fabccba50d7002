import { createHash, type Hash } from "node:crypto";

/** Digests are SHA-256 in hex digits: all digits for the content of a file, fewer where many digests are kept. */
export const DIGEST_DIGITS = 64;
const SHORT_DIGITS = 16;

/** The pattern of a digest. */
export const DIGEST = `[0-9a-f]{${DIGEST_DIGITS}}`;
/** The pattern of a short digest, which identifies a raw file or proves a row group or a record. */
export const SHORT_DIGEST = `[0-9a-f]{${SHORT_DIGITS}}`;

const WHOLE = new RegExp(`^${SHORT_DIGEST}$`);

/** A hash for content that comes piece by piece. */
export function newHash(): Hash {
  return createHash("sha256");
}

/** The digest of bytes, or of a text in UTF-8. */
export function digestOf(content: Uint8Array | string): string {
  return newHash().update(content).digest("hex");
}

/** The short digest of bytes or a text. */
export function shortDigest(content: Uint8Array | string): string {
  return shortened(newHash().update(content));
}

/** The short digest of what was hashed piece by piece. */
export function shortened(hash: Hash): string {
  return hash.digest("hex").slice(0, SHORT_DIGITS);
}

/** Whether a text is a short digest. */
export function isShortDigest(text: string): boolean {
  return WHOLE.test(text);
}
