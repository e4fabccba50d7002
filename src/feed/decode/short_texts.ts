/** An ISIN has so many bytes; nearly all codes of the exchange have fewer. */
const LONGEST = 12;
/** What a slot holds: whose text, its bytes in three words, and what it means. */
const SLOT = 5;
/** Four times as many slots as a venue has instruments. */
const SLOT_BITS = 14;
/** What `find` returns for a text that is not known. */
export const UNKNOWN = -(2 ** 31);

/** By a text's length, which bits of its three words are its own. */
const MASKS = [0, 4, 8].map((word) =>
  Int32Array.from({ length: LONGEST + 1 }, (_, length) => {
    const bytes = Math.min(4, Math.max(0, length - word));
    return bytes === 4 ? -1 : 2 ** (8 * bytes) - 1;
  })
);

/**
 * What short texts of a column mean, found by their bytes: codes of few values, an ISIN, a date. To make a string of the
 * bytes and look that up takes four times as long.
 */
export class ShortTexts {
  readonly #slots = new Int32Array(SLOT << SLOT_BITS);
  readonly #sought = new Int32Array(SLOT);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #generation = 1;
  #at = -1;

  /** Turns to other bytes: places are in these from now on. */
  enter({ buffer, byteOffset, byteLength }: Uint8Array): void {
    this.#view = new DataView(buffer, byteOffset, byteLength);
  }

  /** What all texts mean is forgotten. */
  forget(): void {
    this.#generation++;
  }

  /** What the text of `length` bytes at `start` means in a column, a whole number of 32 bits; or `UNKNOWN`. */
  find(column: number, start: number, length: number): number {
    const view = this.#view;
    if (length > LONGEST || start + LONGEST > view.byteLength) {
      this.#at = -1;
      return UNKNOWN;
    }
    const [slots, sought] = [this.#slots, this.#sought];
    const owner = (this.#generation << 10) | (column << 4) | length;
    const first = view.getInt32(start, true) & MASKS[0][length];
    const second = view.getInt32(start + 4, true) & MASKS[1][length];
    const third = view.getInt32(start + 8, true) & MASKS[2][length];
    const mixed = Math.imul(
      first ^ Math.imul(second, 0x85ebca6b) ^ Math.imul(third, 0xc2b2ae35) ^ owner,
      0x9e3779b1,
    );
    const at = ((mixed ^ (mixed >>> 15)) & ((1 << SLOT_BITS) - 1)) * SLOT;
    if (
      slots[at] === owner && slots[at + 1] === first && slots[at + 2] === second && slots[at + 3] === third
    ) {
      return slots[at + 4];
    }
    sought[0] = owner;
    sought[1] = first;
    sought[2] = second;
    sought[3] = third;
    this.#at = at;
    return UNKNOWN;
  }

  /** Learns what the text means that was not found last; another one may be forgotten for it. */
  learn(meaning: number): void {
    if (this.#at < 0) return;
    this.#sought[4] = meaning;
    this.#slots.set(this.#sought, this.#at);
  }
}
