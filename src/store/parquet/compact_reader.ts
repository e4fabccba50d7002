/** The types of values in Thrift's compact protocol that a Parquet footer uses. */
export const TYPE = {
  yes: 1,
  no: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  struct: 12,
};

/** That of the tenth byte of a number, the last one that 64 bits can need. */
const LAST_SCALE = 128 ** 9;

/**
 * Reads Thrift's compact protocol as far as is needed to find something in it and skip the rest. Every method throws a
 * RangeError when the bytes end or have an unknown form.
 */
export class CompactReader {
  #offset = 0;

  constructor(readonly bytes: Uint8Array) {}

  /** Calls `read` for each field of a struct; it must read or skip the field's value. */
  fields(read: (field: number, type: number) => void): void {
    let field = 0;
    for (let header = this.#byte(); header !== 0; header = this.#byte()) {
      if (header < 0x10) throw new RangeError("a field that is numbered at length");
      field += header >> 4;
      read(field, header & 0x0f);
    }
  }

  /** Calls `read` for each struct of a list and returns the results. */
  structs<T>(read: () => T): T[] {
    const { type, size } = this.#listHeader();
    if (type !== TYPE.struct && size > 0) throw new RangeError("a list of something else");
    const all: T[] = [];
    while (all.length < size) all.push(read());
    return all;
  }

  /** An integer up to 2⁵³, zigzag-encoded. */
  integer(): number {
    const zigzag = this.#varint();
    if (!Number.isSafeInteger(zigzag)) throw new RangeError("a number beyond 2⁵³");
    return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
  }

  binary(): Uint8Array {
    const start = this.#advance(this.#varint());
    return this.bytes.subarray(start, this.#offset);
  }

  skip(type: number): void {
    switch (type) {
      case TYPE.yes:
      case TYPE.no:
        return;
      case TYPE.byte:
        return void this.#advance(1);
      case TYPE.i16:
      case TYPE.i32:
      case TYPE.i64:
        return this.#skipVarint();
      case TYPE.double:
        return void this.#advance(8);
      case TYPE.binary:
        return void this.#advance(this.#varint());
      case TYPE.list:
        return this.#skipList();
      case TYPE.struct:
        return this.#skipStruct();
    }
    throw new RangeError(`a value of type ${type}`);
  }

  #skipStruct(): void {
    for (let header = this.#byte(); header !== 0; header = this.#byte()) {
      if (header < 0x10) throw new RangeError("a field that is numbered at length");
      this.skip(header & 0x0f);
    }
  }

  /** In a list, each boolean takes one byte. */
  #skipList(): void {
    const { type, size } = this.#listHeader();
    if (type === TYPE.yes || type === TYPE.no) return void this.#advance(size);
    for (let i = 0; i < size; i++) this.skip(type);
  }

  #listHeader(): { type: number; size: number } {
    const header = this.#byte();
    return { type: header & 0x0f, size: header >> 4 === 15 ? this.#varint() : header >> 4 };
  }

  #varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      if (scale === LAST_SCALE) throw new RangeError("a number of more than ten bytes");
      scale *= 128;
    }
  }

  #skipVarint(): void {
    while (this.#byte() >= 0x80);
  }

  #byte(): number {
    if (this.#offset === this.bytes.length) throw new RangeError("it ends");
    return this.bytes[this.#offset++];
  }

  /** Returns the position before advancing. */
  #advance(bytes: number): number {
    const start = this.#offset;
    if (!(bytes <= this.bytes.length - start)) throw new RangeError("it ends"); // NaN is no length either
    this.#offset += bytes;
    return start;
  }
}
