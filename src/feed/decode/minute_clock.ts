import { asciiText, COLON, DOT, LETTER_Z, twoDigits, ZERO } from "./ascii.ts";
import { nanosOf } from "./values.ts";

/** The length of `2026-09-01T08:34:`, which all times of a minute share. */
const MINUTE_BYTES = 17;
/** At least the seconds and a letter follow, so this many bytes can always be read. */
const SHORTEST_BYTES = MINUTE_BYTES + 3;
const FIRST_MINUTE = Uint8Array.from("1970-01-01T00:00:", (letter) => letter.charCodeAt(0));
/** For each number of fraction digits, the nanoseconds that their last digit stands for. */
const UNITS = Array.from({ length: 10 }, (_, digits) => 10 ** (9 - digits));
const NANOS_PER_SECOND = 1_000_000_000;
/** So many minutes are remembered: more than those of a day. */
const MOST_STARTS = 2048;
const TWO_TO_32 = 2 ** 32;

/**
 * Reads times from bytes, comparing the minute with that of the previous time: only a new minute is parsed. The result
 * is in two words of 32 bits, since a bigint per value would cost more than the rest of a row.
 */
export class MinuteClock {
  /** Nanoseconds since 1970 UTC of the last time that was read, as two words of a 64-bit integer. */
  low = 0;
  high = 0;
  /** The minute of the last time as bytes, and its nanoseconds. */
  readonly #minute = FIRST_MINUTE.slice();
  readonly #minuteWords = new Int32Array(this.#minute.buffer, 0, MINUTE_BYTES >> 2);
  /** Quotes of one file go back and forth between minutes. */
  readonly #starts = new Map<string, bigint | null>();
  #minuteLow = 0;
  #minuteHigh = 0;

  /**
   * Reads the time that begins at `start`, of the form `2026-09-01T08:34:00.042457058Z`, with up to nine digits of
   * fraction; `view` must be of the same bytes. Returns where it ends, or -1 for anything that it does not read with
   * certainty.
   */
  read(bytes: Uint8Array, view: DataView, start: number): number {
    if (start + SHORTEST_BYTES > bytes.length) return -1;
    if (!this.#isMinute(view, start) && !this.#enterMinute(bytes, start)) return -1;
    let at = start + MINUTE_BYTES;
    const seconds = twoDigits(bytes, at);
    at += 2;
    let nanos = 0;
    if (bytes[at] === DOT) {
      const first = ++at;
      for (let digit = bytes[at] - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at] - ZERO) {
        nanos = nanos * 10 + digit;
      }
      if (at - first > 9) return -1;
      nanos *= UNITS[at - first];
    }
    if (!(seconds < 60) || bytes[at] !== LETTER_Z) return -1;
    const low = this.#minuteLow + seconds * NANOS_PER_SECOND + nanos;
    const carry = Math.floor(low / TWO_TO_32);
    this.low = low - carry * TWO_TO_32;
    this.high = this.#minuteHigh + carry;
    return at + 1;
  }

  /** Compares the last word first, since consecutive minutes differ there. */
  #isMinute(view: DataView, start: number): boolean {
    const words = this.#minuteWords;
    for (let i = words.length - 1; i >= 0; i--) {
      if (view.getInt32(start + 4 * i, true) !== words[i]) return false;
    }
    return view.getUint8(start + MINUTE_BYTES - 1) === COLON;
  }

  #enterMinute(bytes: Uint8Array, start: number): boolean {
    const prefix = bytes.subarray(start, start + MINUTE_BYTES);
    if (prefix.length < MINUTE_BYTES || prefix[MINUTE_BYTES - 1] !== COLON) return false;
    const text = asciiText(prefix, 0, MINUTE_BYTES);
    const nanos = this.#startOf(text);
    if (nanos === null) return false;
    this.#minute.set(prefix);
    this.#minuteLow = Number(BigInt.asUintN(32, nanos));
    this.#minuteHigh = Number(nanos >> 32n);
    return true;
  }

  /** When a minute starts; null for the last one of the 64-bit range, since the slow way checks each of its instants. */
  #startOf(text: string): bigint | null {
    const known = this.#starts.get(text);
    if (known !== undefined) return known;
    const nanos = nanosOf(`${text}00Z`);
    const start = nanosOf(`${text}59.999999999Z`) === null ? null : nanos;
    if (this.#starts.size === MOST_STARTS) this.#starts.clear();
    this.#starts.set(text, start);
    return start;
  }
}
