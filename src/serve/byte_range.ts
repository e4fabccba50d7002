/** A stretch of a file: the first byte, and how many. */
export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/**
 * What a Range header asks for of `size` bytes. `null`: all of it, since there is no header, or one that may be ignored (of
 * another unit, or of several ranges; RFC 9110, 14.2). `"none"`: nothing of it is there, which is answered with 416.
 */
export function byteRange(header: string | null, size: number): ByteRange | "none" | null {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (first === undefined || first + last === "") return null;
  if (first === "") return stretch(Math.max(0, size - Number(last)), size - 1);
  if (last !== "" && Number(last) < Number(first)) return null;
  return stretch(Number(first), Math.min(last === "" ? Infinity : Number(last), size - 1));
}

function stretch(start: number, end: number): ByteRange | "none" {
  return start > end ? "none" : { start, length: end - start + 1 };
}
