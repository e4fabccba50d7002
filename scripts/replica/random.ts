/** Deterministic randomness: the same seed gives the same sequence on every machine. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** A sequence of its own for each `seed`; `new Random("7/DETR/2026-09-01")`. */
  constructor(seed: string) {
    this.#a = hash(seed, 0x9e3779b9);
    this.#b = hash(seed, 0x243f6a88);
    this.#c = hash(seed, 0xb7e15162);
    for (let i = 0; i < 12; i++) this.next();
  }

  /** The next number in [0, 1), with 32 random bits. The generator is sfc32 (PractRand, Chris Doty-Humphrey). */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  /** An integer from 0 to `limit` − 1. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** True with probability `rate`. Draws nothing when the rate is 0, so that a tidy day costs no numbers. */
  chance(rate: number): boolean {
    return rate > 0 && this.next() < rate;
  }

  /** One of `list`, each equally likely. */
  pick<T>(list: ArrayLike<T>): T {
    return list[this.below(list.length)];
  }

  /** About standard normal: twelve uniforms less six, which never leaves ±6. */
  normal(): number {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.next();
    return sum;
  }

  /** Exponentially distributed with the given mean. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }
}

/** Draws 0 … n − 1 with probability ∝ 1 / (rank + `offset`)^`exponent` (Zipf and Mandelbrot). */
export class Zipf {
  readonly #cumulative: Float64Array;

  constructor(size: number, exponent: number, offset: number) {
    this.#cumulative = new Float64Array(size);
    let total = 0;
    for (let rank = 0; rank < size; rank++) {
      this.#cumulative[rank] = total += (rank + offset) ** -exponent;
    }
  }

  draw(random: Random): number {
    const aim = random.next() * this.#cumulative[this.#cumulative.length - 1];
    let low = 0;
    let high = this.#cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#cumulative[middle] <= aim) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** FNV-1a over the UTF-16 units, with a final mix (murmur3's). */
function hash(text: string, basis: number): number {
  let h = basis;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
