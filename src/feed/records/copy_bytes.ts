/**
 * Copies the bytes from `start` to before `end` to another place, four at a time: of the few dozen that an id has, a loop
 * over single ones takes three times as long, and `set()` with `subarray()` longer still.
 */
export function copyBytes(target: DataView, to: number, source: DataView, start: number, end: number): void {
  let at = start;
  let place = to;
  for (; at + 4 <= end; at += 4, place += 4) target.setUint32(place, source.getUint32(at));
  for (; at < end; at++, place++) target.setUint8(place, source.getUint8(at));
}

/** The bytes of an array as `copyBytes` takes them. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
