/** What a row holds in columns of few values, by their places among all columns; nothing elsewhere. */
export type Profile = readonly (string | number | null)[];

/** How far columns are taken to have few values. */
export interface Fewness {
  /** Values of one column. */
  readonly values: number;
  /** Combinations of them that rows of a batch have. */
  readonly profiles: number;
}

/**
 * The exchange's flags have up to ten values, and a day of Xetra some hundred combinations of them. Eurex has a thousand:
 * eight times as many profiles take its decoding a seventh longer.
 */
export const FEW: Fewness = { values: 32, profiles: 256 };

/**
 * Names by one code a row what it holds in all columns of few values, a dozen or two: a code for each would be written,
 * sorted and encoded by itself. A column that turns out to have many values is to be kept by itself.
 */
export class Profiles {
  /** Of each row; 0 where it holds nothing. */
  readonly codes: Uint32Array;
  readonly #profiles: Profile[] = [[]];
  readonly #known = new Map([["", 0]]);
  #room: number;

  constructor(capacity: number, readonly few: Fewness) {
    this.codes = new Uint32Array(capacity);
    this.#room = few.profiles;
  }

  /** The code of a profile in this batch. */
  code(profile: Profile): number {
    const key = keyOf(profile);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const code = this.#profiles.push(profile) - 1;
    this.#known.set(key, code);
    this.#room--;
    return code;
  }

  /** Whether there are more combinations than `few`, since this was last the case. */
  areTooMany(): boolean {
    if (this.#room >= 0) return false;
    this.#room = this.few.profiles;
    return true;
  }

  /** What a column holds under each code. */
  valuesOf(column: number): (string | number | null)[] {
    return this.#profiles.map((profile) => profile[column] ?? null);
  }
}

/** The same for two profiles only if all their values are; JSON would take both zeros for one. */
function keyOf(profile: Profile): string {
  let key = "";
  profile.forEach((value, column) => {
    key += `${column}${Object.is(value, -0) ? "-0" : JSON.stringify(value)}`;
  });
  return key;
}
