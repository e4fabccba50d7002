import type { PublishedType, RecordType } from "../records/record_type.ts";

/** The values of a row in columns with few values, by their places among all columns; empty elsewhere. */
export type Profile = readonly (string | number | null)[];

/** The limits up to which columns count as having few values. */
export interface Fewness {
  /** Values of a single column. */
  readonly values: number;
  /** Combinations of values in the rows of a batch. */
  readonly profiles: number;
}

/**
 * The exchange's flags have up to ten values, and a day of Xetra has about a hundred combinations of them. Eurex has a
 * thousand; with limits eight times as high its decoding takes a seventh longer.
 */
export const FEW: Fewness = { values: 32, profiles: 256 };

/**
 * Represents a row's values in all columns with few values (a dozen or two) by a single code: separate codes would each
 * have to be written, sorted and encoded. A column that turns out to have many values should get codes of its own.
 */
export class Profiles {
  /** The code of each row; 0 if it has no such values. */
  readonly codes: Uint32Array;
  readonly #profiles: Profile[] = [[]];
  readonly #known = new Map([["", 0]]);
  #room: number;

  constructor(capacity: number, readonly few: Fewness) {
    this.codes = new Uint32Array(capacity);
    this.#room = few.profiles;
  }

  /** The code of a profile for this batch. */
  code(profile: Profile): number {
    const key = keyOf(profile);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const code = this.#profiles.push(profile) - 1;
    this.#known.set(key, code);
    this.#room--;
    return code;
  }

  /** Whether there are more combinations than `few` allows, counted since this was last true. */
  areTooMany(): boolean {
    if (this.#room >= 0) return false;
    this.#room = this.few.profiles;
    return true;
  }

  /** A column's value for each code. */
  valuesOf(column: number): (string | number | null)[] {
    return this.#profiles.map((profile) => profile[column] ?? null);
  }
}

/**
 * Whether a column probably has few values: texts and small numbers do, except the column by which rows are sorted, and
 * `extra`, whose content is unpredictable.
 */
export function isLikelyShared(type: RecordType, index: number): boolean {
  const { kind } = type.columns[index];
  return (kind === "text" || kind === "flag" || kind === "int32") && index !== type.required &&
    index !== (type as Partial<PublishedType>).extra;
}

/** A key that is the same for two profiles only if all their values are; JSON alone would not distinguish 0 and -0. */
function keyOf(profile: Profile): string {
  let key = "";
  profile.forEach((value, column) => {
    key += `${column}${Object.is(value, -0) ? "-0" : JSON.stringify(value)}`;
  });
  return key;
}
