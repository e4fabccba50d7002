import type { QuoteQuirks } from "./odd_quotes.ts";
import type { Quote } from "./quote.ts";
import type { QuoteForm, Shape } from "./shapes.ts";

/** Writes quotes as their service does: one JSON object each, without a line end. */
export function quoteWriter({ fields, phase, digits }: Shape): (quote: Quote, quirks: QuoteQuirks) => string {
  return (quote, quirks) => {
    let line = "";
    for (const [key, column, form] of fields) {
      const value = quote[column];
      if (value !== null) line += `,"${key}":${written(value, form, phase === "text", digits, quirks)}`;
      else if (quirks.nulls?.includes(column)) line += `,"${key}":null`;
    }
    return `{${line.slice(1)}${unknownKeys(quote)}}`;
  };
}

function written(
  value: string | number,
  form: QuoteForm,
  isPhaseText: boolean,
  digits: number,
  { quoted }: QuoteQuirks,
): string {
  switch (form) {
    case "text":
      return `"${value}"`;
    case "time":
      return `"${String(value).slice(0, 20 + digits)}Z"`;
    case "phase":
      return isPhaseText ? `"${value}"` : String(value);
    case "integer":
      return String(value);
    case "number": {
      const text = Number.isInteger(value) ? `${value}.0` : String(value);
      return quoted ? `"${text}"` : text;
    }
  }
}

/** Values without a column, in the reverse order of the stored ones. */
function unknownKeys({ extra }: Quote): string {
  if (extra === null) return "";
  const entries: [string, unknown][] = Object.entries(JSON.parse(extra));
  return entries.reverse().map(([key, value]) => `,"${key}":${JSON.stringify(value)}`).join("");
}
