/** Parsers of command-line values; each throws commander's InvalidArgumentError with the accepted form. */
import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { QuotaOptions } from "./quota.ts";

/** `30/60`: downloads and seconds of a window; `off` is null. */
export function quota(text: string): QuotaOptions | null {
  if (text === "off") return null;
  const [, downloads, seconds] = /^([1-9]\d*)\/([1-9]\d*)$/.exec(text) ?? [];
  if (seconds === undefined) throw new InvalidArgumentError("Say 30/60 or off.");
  return { downloads: Number(downloads), seconds: Number(seconds) };
}

/** `DETR,DFRA` */
export function venues(list: string): string[] {
  const codes = list.split(",");
  if (!codes.every((code) => /^D[A-Z0-9]{3}$/.test(code))) throw new InvalidArgumentError("Say DETR,DFRA.");
  return codes;
}

/** `DGAT-pretrade,DEUR-pretradeOthers` */
export function services(list: string): string[] {
  const names = list.split(",");
  if (names.every((name) => /^D[A-Z0-9]{3}-pretrade[A-Za-z0-9]*$/.test(name))) return names;
  throw new InvalidArgumentError("Say DGAT-pretrade,DEUR-pretradeOthers.");
}

/** `2026-09-01` */
export function calendarDate(text: string): string {
  try {
    return Temporal.PlainDate.from(text).toString();
  } catch {
    throw new InvalidArgumentError("Say YYYY-MM-DD.");
  }
}

/** `0`, `1`, … */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Say a whole number.");
  return Number(text);
}
