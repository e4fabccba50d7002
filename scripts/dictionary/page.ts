import type { Column, ColumnKind } from "../../src/feed/records/record_type.ts";
import { type Era, TRADES } from "../../src/feed/records/trades.ts";

/** The page that holds the data dictionary. */
export const PAGE: URL = new URL("../../dist/doc/data.md", import.meta.url);

/** What stands around the table on its page. */
const [BEGIN, END] = ["<!-- columns: written by deno task dictionary -->", "<!-- end of columns -->"];

/** What readers see of each kind of column. */
const TYPES: Readonly<Record<ColumnKind, string>> = {
  text: "VARCHAR",
  id: "VARCHAR",
  time: "TIMESTAMP_NS",
  double: "DOUBLE",
  int64: "BIGINT",
  int32: "INTEGER",
  flag: "BOOLEAN",
  date: "DATE",
};

/** The page with the table of today's columns in place of the one that it has. Throws when it has none. */
export function withDictionary(page: string): string {
  const [start, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (start < 0 || end < start) {
    throw new Error(`there is no place for the columns between ${BEGIN} and ${END}`);
  }
  return `${page.slice(0, start)}${BEGIN}\n${table()}${page.slice(end)}`;
}

function table(): string {
  const head = ["column", "type", "key to 2026-02", "key since 2026-03", "meaning"];
  return [head, head.map(() => "---"), ...TRADES.columns.map(rowOf)].map((cells) =>
    `| ${cells.join(" | ")} |\n`
  )
    .join("");
}

function rowOf({ name, kind, meaning, keys }: Column): string[] {
  const keyOf = (era: Era) => keys[era] === undefined ? "" : `\`${keys[era]}\``;
  return [`\`${name}\``, TYPES[kind], keyOf("2025-legacy"), keyOf("2026-mifid"), meaning];
}
