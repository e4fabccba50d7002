import { gzipSync } from "node:zlib";
import { type Form, keysOf } from "./keys.ts";
import type { Column, Era, Trade } from "./trade.ts";

/** Deviations of one line from the usual; readers must accept all of them. */
export interface Quirks {
  /** Digits of the trading time's fraction, 0 to 9; those cut off are zeros. */
  readonly digits?: number;
  /** Numbers come in quotes. */
  readonly quoted?: boolean;
  /** Keys of these columns are there with the value null, or with an empty text, where the column is null. */
  readonly nulls?: readonly Column[];
  readonly blanks?: readonly Column[];
}

/** Writes trades of one venue and era as the exchange does: one JSON object each, without a line end. */
export function lineWriter(venue: string, era: Era): (trade: Trade, quirks: Quirks) => string {
  const fields = keysOf(venue, era);
  // 159.00 and 56.20 in both of DETR's samples and 57.00 in DEUR's, 243.0 in DGAT's and DFRA's.
  const decimals = era === "2025-legacy" || venue === "DETR" || venue === "DEUR" ? 2 : 1;
  return (trade, quirks) => {
    let line = "";
    for (const [key, column, form] of fields) {
      const value = trade[column];
      if (value !== null) line += `,"${key}":${written(value, form, column, decimals, quirks)}`;
      else if (quirks.nulls?.includes(column)) line += `,"${key}":null`;
      else if (quirks.blanks?.includes(column)) line += `,"${key}":""`;
    }
    return `{${line.slice(1)}${unknownKeys(trade)}}`;
  };
}

/** A gzip stream of one member, as the exchange serves it; of zero bytes it is 20 bytes long. */
export function compressed(ndjson: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(ndjson));
}

function written(value: unknown, form: Form, column: Column, decimals: number, quirks: Quirks): string {
  switch (form) {
    case "text":
      return `"${value}"`;
    case "flag":
      return value ? '"H"' : '"-"';
    case "code":
      return /^\d+$/.test(String(value)) ? String(value) : `"${value}"`;
    case "time":
      return `"${timeText(String(value), column === "trading_date_time" ? quirks.digits : undefined)}Z"`;
    default: {
      const text = form === "number" ? numberText(value as number, decimals) : String(value);
      return quirks.quoted ? `"${text}"` : text;
    }
  }
}

/** The shortest decimal form, filled up with zeros to `decimals` places. */
function numberText(value: number, decimals: number): string {
  const text = String(value);
  const point = text.indexOf(".");
  const places = point < 0 ? 0 : text.length - point - 1;
  if (places >= decimals) return text;
  return (point < 0 ? `${text}.` : text) + "0".repeat(decimals - places);
}

/** The time with this many digits of fraction; without a point when there are none. */
function timeText(time: string, digits = 9): string {
  return digits === 0 ? time.slice(0, 19) : time.slice(0, 20 + digits);
}

/** Keys that no era knows, in the reverse order of the stored ones. */
function unknownKeys(trade: Trade): string {
  if (trade.extra === null) return "";
  const entries: [string, unknown][] = Object.entries(JSON.parse(trade.extra));
  return entries.reverse().map(([key, value]) => `,${JSON.stringify(key)}:${JSON.stringify(value)}`).join("");
}
