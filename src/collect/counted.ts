/** `1 file`, `1,320 files`. */
export function counted(count: number, thing: string): string {
  return `${grouped(count)} ${thing}${count === 1 ? "" : "s"}`;
}

/** Between thousands, but not behind the point. */
const THOUSANDS = /(?<!\.\d*)\B(?=(?:\d{3})+(?!\d))/g;

/** `1,320`: a number, or its digits, with its thousands apart. `Intl` takes 10 ms of each start to load its data. */
export function grouped(number: number | string): string {
  return String(number).replace(THOUSANDS, ",");
}
