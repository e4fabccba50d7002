/** `1 file`, `1,320 files`. */
export function counted(count: number, thing: string): string {
  return `${grouped(count)} ${thing}${count === 1 ? "" : "s"}`;
}

/** `NAME, NAME`: the first of these, so many at most; `, …` stands for the others. */
export function firstOfMany(names: readonly string[], most: number): string {
  return names.slice(0, most).join(", ") + (names.length > most ? ", …" : "");
}

/** Between thousands, but not behind the point. */
const THOUSANDS = /(?<!\.\d*)\B(?=(?:\d{3})+(?!\d))/g;

/** `1,320`: a number, or its digits, with its thousands apart. `Intl` takes 10 ms of each start to load its data. */
export function grouped(number: number | string): string {
  return String(number).replace(THOUSANDS, ",");
}
