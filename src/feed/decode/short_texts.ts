/** The length of an ISIN; nearly all codes of the exchange are shorter. */
const LONGEST = 12;
/** The words in a slot: the column and length of a text, its bytes in three words, and its meaning. */
const SLOT = 5;
/** Twice as many slots as a venue has instruments: Frankfurt quotes 33,000. */
const SLOT_BITS = 16;
const LAST_SLOT = (1 << SLOT_BITS) - 1;
/** A text is looked for in so many slots, one after the other, until one is free. */
const PROBES = 4;
/** The bits of a slot's first word below the generation. */
const OWNER_BITS = 10;
/** Returned by `find` for a text that is not known. */
export const UNKNOWN = -(2 ** 31);

/** For each length of a text, which bits of its three words belong to it. */
const MASKS = [0, 4, 8].map((word) =>
  Int32Array.from({ length: LONGEST + 1 }, (_, length) => {
    const bytes = Math.min(4, Math.max(0, length - word));
    return bytes === 4 ? -1 : 2 ** (8 * bytes) - 1;
  })
);

/**
 * Maps short texts of columns to numbers by their bytes: codes with few values, an ISIN, a date. Creating a string from
 * the bytes and looking that up would take four times as long.
 */
export class ShortTexts {
  readonly #slots = new Int32Array(SLOT << SLOT_BITS);
  readonly #sought = new Int32Array(SLOT);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #generation = 1;
  #at = -1;

  /** Switches to other bytes; positions refer to these from now on. */
  enter({ buffer, byteOffset, byteLength }: Uint8Array): void {
    this.#view = new DataView(buffer, byteOffset, byteLength);
  }

  /** Forgets all texts. */
  forget(): void {
    this.#generation++;
  }

  /** The meaning of the text of `length` bytes at `start` in a column, a 32-bit integer; or `UNKNOWN`. */
  find(column: number, start: number, length: number): number {
    const view = this.#view;
    if (length > LONGEST || start + LONGEST > view.byteLength) {
      this.#at = -1;
      return UNKNOWN;
    }
    const slots = this.#slots;
    const sought = this.#sought;
    const owner = (this.#generation << OWNER_BITS) | (column << 4) | length;
    const first = view.getInt32(start, true) & MASKS[0][length];
    const second = view.getInt32(start + 4, true) & MASKS[1][length];
    const third = view.getInt32(start + 8, true) & MASKS[2][length];
    const mixed = Math.imul(
      first ^ Math.imul(second, 0x85ebca6b) ^ Math.imul(third, 0xc2b2ae35) ^ owner,
      0x9e3779b1,
    );
    const slot = mixed ^ (mixed >>> 15);
    let at = (slot & LAST_SLOT) * SLOT;
    for (let probe = 1;; probe++) {
      if (
        slots[at] === owner && slots[at + 1] === first && slots[at + 2] === second && slots[at + 3] === third
      ) {
        return slots[at + 4];
      }
      if (slots[at] >>> OWNER_BITS !== this.#generation || probe === PROBES) break;
      at = ((slot + probe) & LAST_SLOT) * SLOT;
    }
    sought[0] = owner;
    sought[1] = first;
    sought[2] = second;
    sought[3] = third;
    this.#at = at;
    return UNKNOWN;
  }

  /** Stores the meaning of the text that was last not found; another text may be forgotten for it. */
  learn(meaning: number): void {
    if (this.#at < 0) return;
    this.#sought[4] = meaning;
    this.#slots.set(this.#sought, this.#at);
  }
}
