import { InvalidArgumentError } from "commander";
import { join, resolve } from "node:path";
import { apiBase, EXCHANGE_API } from "../../feed/http/api.ts";
import { parseQuota, type QuotaLimit } from "../../feed/quota.ts";
import { parseQuoteSource, type QuoteSource } from "../../feed/quote_services.ts";
import { isDate } from "../../feed/file_names.ts";
import { isVenueCode, knownVenues, type Venue } from "../../feed/venue.ts";

/** Parsers of option values; each throws commander's InvalidArgumentError, which becomes a usage error. */

export function venueOption(code: string): Venue {
  if (isVenueCode(code)) return code;
  throw new InvalidArgumentError(
    `A venue code is D and three capitals or digits, such as ${knownVenues().join(", ")}.`,
  );
}

export function venuesOption(code: string, before: Venue[] | undefined): Venue[] {
  const venue = venueOption(code);
  return before?.includes(venue) ? before : [...before ?? [], venue];
}

/** `DGAT`, or `DEUR-pretradeOthers`; may be given several times. */
export function quoteSourcesOption(text: string, before: readonly QuoteSource[] = []): QuoteSource[] {
  return [...before, asArgument(() => parseQuoteSource(text))];
}

/** `DGAT,DEUR-pretradeOthers`. */
export function quotesOption(list: string): QuoteSource[] {
  return list.split(",").map((text) => asArgument(() => parseQuoteSource(text.trim())));
}

export function dateOption(text: string): string {
  if (isDate(text)) return text;
  throw new InvalidArgumentError("A date is YYYY-MM-DD, such as 2026-09-01.");
}

export function monthOption(text: string): string {
  if (isDate(`${text}-01`)) return text;
  throw new InvalidArgumentError("A month is YYYY-MM, such as 2026-09.");
}

/** Where to listen: an address of this machine to itself, and a port, `127.0.0.1:8765`. */
export function listenOption(text: string): { hostname: string; port: number } {
  const [, name, port] = /^(127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})$/.exec(text) ?? [];
  if (name === undefined || Number(port) > 65_535) {
    throw new InvalidArgumentError("It listens on this machine only: 127.0.0.1:8765, for instance.");
  }
  return { hostname: name.replace(/[[\]]/g, ""), port: Number(port) };
}

/**
 * `DE0007164600,US0378331005`, or `@FILE` with one ISIN per line; there blank lines and what follows a `#` are passed
 * over.
 */
export function isinsOption(text: string): ReadonlySet<string> {
  const isFile = text.startsWith("@");
  const listed = isFile ? linesIn(text.slice(1)).map(withoutComment) : text.split(",");
  const isins = listed.map((isin) => isin.trim());
  const odd = isins.findIndex((isin) => isin !== "" && !/^[A-Z]{2}[A-Z0-9]{9}[0-9]$/.test(isin));
  if (odd >= 0) {
    const place = isFile ? `, line ${odd + 1} of ${text.slice(1)},` : "";
    throw new InvalidArgumentError(
      `An ISIN has 12 capital letters and digits, such as DE0007164600; ${isins[odd]}${place} is none.`,
    );
  }
  const named = new Set(isins.filter((isin) => isin !== ""));
  if (named.size === 0) throw new InvalidArgumentError("It names no ISIN.");
  return named;
}

function linesIn(path: string): string[] {
  try {
    return Deno.readTextFileSync(path).split(/\r?\n/);
  } catch (error) {
    throw new InvalidArgumentError(`The file of ISINs cannot be read: ${(error as Error).message}`);
  }
}

function withoutComment(line: string): string {
  return line.replace(/#.*$/, "");
}

/** An option that may be given several times. */
export function namesOption(name: string, before: readonly string[] = []): string[] {
  return [...before, name];
}

export function zoneOption(name: string): string {
  return asArgument(() => {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return name;
  }, "A time zone has a name such as Europe/Berlin.");
}

export function quotaOption(text: string): QuotaLimit {
  return asArgument(() => parseQuota(text));
}

/** An empty text, as from an unset variable in a unit file, means the exchange. */
export function apiOption(url: string): URL {
  return asArgument(() => apiBase(url === "" ? EXCHANGE_API : url));
}

const SIZE_UNITS: Readonly<Record<string, number>> = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** `10M`, `512K`, `1G`, or bytes without a unit; `off` for no limit. */
export function sizeOption(text: string): number {
  if (text === "off") return Infinity;
  const [, number, unit] = /^([1-9]\d*)([KMG]?)$/i.exec(text) ?? [];
  if (number !== undefined) return Number(number) * SIZE_UNITS[unit.toUpperCase()];
  throw new InvalidArgumentError("A size is a whole number with K, M or G, such as 10M; or off.");
}

/** Formats a size so that `sizeOption` can read it, in the largest unit that gives an integer. */
export function sizeText(bytes: number): string {
  if (bytes === Infinity) return "off";
  const [unit, size] = Object.entries(SIZE_UNITS).findLast(([, size]) => bytes % size === 0)!;
  return `${bytes / size}${unit}`;
}

export function daysOption(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Days are a whole number, such as 30.");
}

/** 0 keeps nothing because of its age. */
export function keepDaysOption(text: string): number {
  return text === "0" ? 0 : daysOption(text);
}

/** The root folder of the running machine is not accepted as an image. */
export function rootOption(path: string): string {
  const root = resolve(path);
  return root === join("/") ? "" : root;
}

/** What is parsed, or an error of commander's with the explanation, by default that of the parser. */
export function asArgument<T>(parse: () => T, explanation?: string): T {
  try {
    return parse();
  } catch (error) {
    throw new InvalidArgumentError(explanation ?? (error as Error).message);
  }
}
