import type { Column, ColumnKind, RecordType } from "../../src/feed/records/record_type.ts";
import { BARS_1D_ROWS, BARS_1M_ROWS } from "../../src/feed/records/bars.ts";
import { QUOTES } from "../../src/feed/records/quotes.ts";
import { type Era, TRADES } from "../../src/feed/records/trades.ts";

/** The page that holds the data dictionary. */
export const PAGE: URL = new URL("../../dist/doc/data.md", import.meta.url);

/** The lines around a table on its page: `columns`, `quotes`, `bars`, `bars of a day`. */
const beginOf = (table: string) => `<!-- ${table}: written by deno task dictionary -->`;
const endOf = (table: string) => `<!-- end of ${table} -->`;

/** What readers see of each kind of column. */
const TYPES: Readonly<Record<ColumnKind, string>> = {
  text: "VARCHAR",
  id: "VARCHAR",
  time: "TIMESTAMP_NS",
  micros: "TIMESTAMP",
  double: "DOUBLE",
  int64: "BIGINT",
  int32: "INTEGER",
  int16: "SMALLINT",
  flag: "BOOLEAN",
  date: "DATE",
};

/** The page with its tables replaced by those of the current columns. Throws when it has no place for one. */
export function withDictionary(page: string): string {
  const tables = {
    columns: [
      ["column", "type", "key to 2026-02", "key since 2026-03", "meaning"],
      ...TRADES.columns.map((column) => rowOf(column, ["2025-legacy", "2026-mifid"])),
    ],
    quotes: [
      ["column", "type", "keys", "meaning"],
      ...QUOTES.columns.map((column) => rowOf(column, ["2026-mifid"])),
    ],
    bars: derived(BARS_1M_ROWS),
    "bars of a day": derived(BARS_1D_ROWS),
  };
  return Object.entries(tables).reduce((written, [name, rows]) => withTable(written, name, rows), page);
}

/** The table of columns that the exchange does not publish. */
function derived({ columns }: RecordType): string[][] {
  const rows = columns.map(({ name, kind, meaning }) => [`\`${name}\``, TYPES[kind], meaning]);
  return [["column", "type", "meaning"], ...rows];
}

function withTable(page: string, name: string, rows: readonly string[][]): string {
  const [begin, end] = [beginOf(name), endOf(name)];
  const [start, stop] = [page.indexOf(begin), page.indexOf(end)];
  if (start < 0 || stop < start) {
    throw new Error(`there is no place for the ${name} between ${begin} and ${end}`);
  }
  return `${page.slice(0, start)}${begin}\n${table(rows)}${page.slice(stop)}`;
}

/** The first row is the head. */
function table([head, ...rows]: readonly string[][]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function rowOf({ name, kind, meaning, keys }: Column, eras: readonly Era[]): string[] {
  const keysOf = (era: Era) => (keys[era] ?? []).map((key) => `\`${key}\``).join(", ");
  return [`\`${name}\``, TYPES[kind], ...eras.map(keysOf), meaning];
}
