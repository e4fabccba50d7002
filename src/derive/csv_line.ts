import type { PlainRow } from "./plain_rows.ts";

/** A line of CSV by RFC 4180: it ends in CRLF, a value has quotes where it needs them, and null is empty. */
export function csvLine(values: readonly PlainRow[string][]): string {
  return `${values.map(csvValue).join(",")}\r\n`;
}

function csvValue(value: PlainRow[string]): string {
  if (typeof value !== "string") return value === null ? "" : String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
