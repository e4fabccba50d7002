/** Appends an integer, seven bits a byte; returns where it ends. */
export function appendVarint(to: usize, value: u64): usize {
  while (value >= 0x80) {
    store<u8>(to++, <u8> (value & 0x7f | 0x80));
    value >>= 7;
  }
  store<u8>(to++, <u8> value);
  return to;
}

/** The same for one that may be negative. */
export function appendZigZag(to: usize, value: i64): usize {
  return appendVarint(to, <u64> ((value << 1) ^ (value >> 63)));
}
