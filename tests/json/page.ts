/** What `dist/doc/json.md` says of the documents that commands print with `--json`. */
import { blocks, PAGES } from "../pages.ts";

/** Paths of keys below an entry of `venues`: `state.days[].trades`; `[]` stands for the entries of a list. */
export type Keys = ReadonlySet<string>;

/** Which keys an entry has, by its `kind`. */
export type KeysByKind = ReadonlyMap<string, Keys>;

/** A section of the page. */
export interface Section {
  /** The document that is shown; null when there is none. */
  readonly example: unknown;
  readonly keys: Keys;
  /** The lists whose entries are of several kinds, by their path. */
  readonly kinds: ReadonlyMap<string, KeysByKind>;
}

/** The sections by their headings: a command, perhaps with an option that changes the document. */
export const SECTIONS: ReadonlyMap<string, Section> = new Map(
  PAGES.get("dist/doc/json.md")!.split("\n## ").slice(1).map((text) => {
    const end = text.indexOf("\n");
    return [text.slice(0, end), sectionOf(text.slice(end))];
  }),
);

function sectionOf(text: string): Section {
  const [example] = blocks(text, "json");
  const tables = text.split(/\n\n/).filter((part) => part.startsWith("| ")).map(rowsOf);
  const isOfKinds = ([[head]]: string[][]) => head.startsWith("kind of ");
  return {
    example: example === undefined ? null : JSON.parse(example),
    keys: new Set(
      tables.filter((table) => !isOfKinds(table)).flatMap(([, , ...rows]) => rows.flatMap(keysIn)),
    ),
    kinds: new Map(tables.filter(isOfKinds).map(([[head], , ...rows]) => [quoted(head)[0], kindsIn(rows)])),
  };
}

function rowsOf(table: string): string[][] {
  return table.trimEnd().split("\n").map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

/** `` `days[].date`, `.trades` `` is two keys: the second lies beside the first. */
function keysIn([cell]: readonly string[]): string[] {
  const keys: string[] = [];
  for (const key of quoted(cell)) {
    const before = keys.at(-1) ?? "";
    keys.push(key.startsWith(".") ? before.slice(0, before.lastIndexOf(".")) + key : key);
  }
  return keys;
}

function kindsIn(rows: readonly string[][]): KeysByKind {
  return new Map(rows.flatMap(([kinds, keys]) => {
    const own = new Set(["kind", ...keysIn([keys])]);
    return quoted(kinds).map((kind) => [kind, own] as const);
  }));
}

function quoted(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text);
}
