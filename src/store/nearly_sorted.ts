/**
 * The words of the smallest integer, which represents null and sorts last: it is replaced by those of the largest one.
 */
const [NULL_HIGH, LAST_HIGH, LAST_LOW] = [-(2 ** 31), 2 ** 31 - 1, 2 ** 32 - 1];

/** If rows move this many places on average, they are in no order, and are sorted differently. */
const MANY_MOVES = 32;
const MOVES_OF_FEW = 1_000;

/**
 * Sorts the places of rows by an instant and then by a comparison, using insertion: in a nearly sorted list hardly any
 * row moves. The instants are stored next to the places, because rows of one instrument are far apart in a batch.
 */
export class NearlySorted {
  readonly rows: Uint32Array;
  readonly #words: Uint32Array;
  readonly #highs: Int32Array;
  readonly #lows: Uint32Array;

  /**
   * `words` are the 32-bit words of all instants, two per row, low word first. `compare` must also order rows of different
   * instants, nulls last.
   */
  constructor(words: Uint32Array, readonly compare: (row: number, other: number) => number) {
    const rows = words.length / 2;
    this.rows = new Uint32Array(rows);
    this.#words = words;
    this.#highs = new Int32Array(rows);
    this.#lows = new Uint32Array(rows);
  }

  /** Whether the rows at two places have the same instant. */
  areSimultaneous(place: number, other: number): boolean {
    return this.#lows[place] === this.#lows[other] && this.#highs[place] === this.#highs[other];
  }

  /** Puts a row at a place. */
  put(place: number, row: number): void {
    const low = this.#words[2 * row];
    const high = this.#words[2 * row + 1] | 0;
    const isNull = high === NULL_HIGH && low === 0;
    this.rows[place] = row;
    this.#highs[place] = isNull ? LAST_HIGH : high;
    this.#lows[place] = isNull ? LAST_LOW : low;
  }

  /** Sorts the rows from one place to another, which must have been put in ascending order of row number. Stable. */
  sort(start: number, end: number): void {
    let left = MANY_MOVES * (end - start) + MOVES_OF_FEW;
    for (let at = start + 1; at < end; at++) {
      left -= this.#insert(start, at);
      if (left >= 0) continue;
      this.rows.subarray(start, end).sort().sort(this.compare);
      for (let place = start; place < end; place++) this.put(place, this.rows[place]);
      return;
    }
  }

  /** Moves a row down to its place; returns the number of places it moved. */
  #insert(start: number, at: number): number {
    const rows = this.rows;
    const highs = this.#highs;
    const lows = this.#lows;
    const row = rows[at];
    const high = highs[at];
    const low = lows[at];
    let place = at;
    for (; place > start; place--) {
      const before = place - 1;
      if (highs[before] < high) break;
      if (highs[before] === high) {
        if (lows[before] < low) break;
        if (lows[before] === low && this.compare(rows[before], row) <= 0) break;
      }
      rows[place] = rows[before];
      highs[place] = highs[before];
      lows[place] = lows[before];
    }
    rows[place] = row;
    highs[place] = high;
    lows[place] = low;
    return at - place;
  }
}
