import { columnIndex, COLUMNS, IDENTITY_COLUMNS } from "../feed/fields.ts";
import type { ColumnData, IdColumn, Trades } from "../feed/trades.ts";

const TRANSACTION_ID = columnIndex("transaction_id");
const ALL_COLUMNS = COLUMNS.map((_, index) => index);
/** Where the two hashes of a trade begin. */
const [LOW_SEED, HIGH_SEED] = [1, 0x9747b28c];
/** As many bits as a number of JavaScript holds whole. */
const HIGH_BITS = 21;

/**
 * Which trades there are, by a 53-bit digest of each identity: 40 bytes a trade. Among a million of them a trade that
 * is not there is taken for one that is once in nine thousand million.
 */
export class IdentitySet {
  readonly #digests = new Set<number>();

  add(trades: Trades): void {
    for (const digest of digestsOf(trades)) this.#digests.add(digest);
  }

  /** For each row whether its trade is there. */
  has(trades: Trades): boolean[] {
    return Array.from(digestsOf(trades), (digest) => this.#digests.has(digest));
  }
}

/** A digest of each row's identity; without a transaction id that is all of its columns. */
function digestsOf(trades: Trades): Float64Array {
  const withId = new Digests(trades.rows);
  for (const index of IDENTITY_COLUMNS) withId.mix(trades.columns[index]);
  const { lengths } = trades.columns[TRANSACTION_ID] as IdColumn;
  if (!lengths.includes(0)) return withId.values();
  const withoutId = new Digests(trades.rows);
  for (const index of ALL_COLUMNS) withoutId.mix(trades.columns[index]);
  const all = withoutId.values();
  return withId.values().map((digest, row) => lengths[row] === 0 ? all[row] : digest);
}

/** Two independent hashes a row. */
class Digests {
  readonly #low: Uint32Array;
  readonly #high: Uint32Array;

  constructor(rows: number) {
    this.#low = new Uint32Array(rows).fill(LOW_SEED);
    this.#high = new Uint32Array(rows).fill(HIGH_SEED);
  }

  mix(column: ColumnData): void {
    const rows = this.#low.length;
    switch (column.kind) {
      case "text": {
        const encoder = new TextEncoder();
        const hashes = column.values.map((text) => hashOf(encoder.encode(text ?? "\0"), 0, Infinity));
        for (let row = 0; row < rows; row++) this.#put(row, hashes[column.codes[row]]);
        return;
      }
      case "id":
        for (let row = 0; row < rows; row++) {
          this.#put(row, hashOf(column.bytes, column.starts[row], column.lengths[row]));
        }
        return;
      case "time":
        return this.#mixWords(column.nanos.slice());
      case "number":
        return this.#mixWords(column.values.map((value) => value === 0 ? 0 : value)); // both zeros are one price
    }
  }

  values(): Float64Array {
    return Float64Array.from(
      this.#low,
      (low, row) => finish(low) + 2 ** 32 * (finish(this.#high[row]) >>> (32 - HIGH_BITS)),
    );
  }

  #mixWords({ buffer }: BigInt64Array | Float64Array): void {
    const words = new Uint32Array(buffer);
    for (let row = 0; row < this.#low.length; row++) {
      this.#mixWord(row, words[2 * row]);
      this.#mixWord(row, words[2 * row + 1]);
    }
  }

  #put(row: number, [low, high]: readonly [number, number]): void {
    this.#low[row] = mixLow(this.#low[row], low);
    this.#high[row] = mixHigh(this.#high[row], high);
  }

  #mixWord(row: number, word: number): void {
    this.#low[row] = mixLow(this.#low[row], word);
    this.#high[row] = mixHigh(this.#high[row], word);
  }
}

function hashOf(bytes: Uint8Array, start: number, length: number): [number, number] {
  const end = Math.min(bytes.length, start + length);
  let [low, high] = [LOW_SEED, HIGH_SEED];
  for (let at = start; at < end; at++) {
    low = mixLow(low, bytes[at]);
    high = mixHigh(high, bytes[at]);
  }
  return [low, high];
}

/** A step of MurmurHash3 for 32 bits. */
function mixLow(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** A step of its second lane for 128 bits: other constants, so that trades alike in one are not in the other. */
function mixHigh(hash: number, word: number): number {
  let k = Math.imul(word, 0xab0e9789);
  k = Math.imul((k << 16) | (k >>> 16), 0x38b34ae5);
  const h = hash ^ k;
  return (Math.imul((h << 17) | (h >>> 15), 5) + 0x0bcaa747) | 0;
}

/** Lets every bit of a hash depend on every other, as MurmurHash3 ends. */
function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
