import assert from "node:assert/strict";
import { buildProgram } from "../src/cli/grammar/program.ts";
import { type Entry, keysOf } from "./json/keys.ts";
import { KINDS, SELDOM } from "./json/kinds.ts";
import { type KeysByKind, type Section, SECTIONS } from "./json/page.ts";
import { printedDocuments } from "./json/printed.ts";
import { PAGES } from "./pages.ts";

const ROWS = "trades, bars, closes, quotes, marks";
/** Sections of lists that several documents have. */
const SHARED = ["Findings", "Repairs"];
const SHARED_KINDS = new Map(SHARED.flatMap((heading) => [...SECTIONS.get(heading)!.kinds]));
/** The headings of documents. */
const DOCUMENTS = [...SECTIONS.keys()].filter((heading) => !SHARED.includes(heading));
/** Keys whose values differ between two runs: only the types of these are compared. */
const VARYING = [
  "bytes",
  "seconds",
  "digest",
  "start",
  "end",
  "asked",
  "version",
  "lagMinutes",
  "diskDaysLeft",
];

Deno.test("every command with --json has its section, and each section is of such a command", async () => {
  const { commands } = await buildProgram(() => {});
  const printing = commands.filter(({ options }) => options.some(({ long }) => long === "--json"));
  const described = DOCUMENTS.flatMap((heading) =>
    heading === ROWS ? ROWS.split(", ") : [heading.split(" ")[0]]
  );
  assert.deepEqual([...new Set(described)].sort(), printing.map((command) => command.name()).sort());
});

Deno.test("the page has all kinds of entries with all keys that the program's types have, and no others", () => {
  for (const [heading, lists] of Object.entries(KINDS)) {
    const described = [...SECTIONS.get(heading)!.kinds].map(([path, kinds]) => [path, topLevel(kinds)]);
    const typed = Object.entries(lists).map(([path, kinds]) => [
      path,
      Object.entries(kinds).map(([kind, keys]) => [kind, [...Object.keys(keys), "kind"].sort()]).sort(),
    ]);
    assert.deepEqual(described, typed, heading);
  }
});

Deno.test("each command prints the keys that the page has, all of them and no others, and the example is what it prints", async (t) => {
  const printed = await printedDocuments();
  assert.deepEqual([...printed.keys()].sort(), DOCUMENTS.toSorted());
  for (const [heading, documents] of printed) {
    await t.step(heading, () => {
      const section = SECTIONS.get(heading)!;
      assert.deepEqual(steady(section.example), steady(documents[0]));
      if (heading === ROWS) return assertRows(documents);
      assertKeys(section, documents.flatMap((document) => (document.venues ?? [document]) as Entry[]));
    });
  }
});

/** The keys of each kind, without those below them. */
function topLevel(kinds: KeysByKind): [string, string[]][] {
  const top = (path: string) => path.replace(/[.[].*/, "");
  return [...kinds].map(([kind, keys]): [string, string[]] => [kind, [...new Set([...keys].map(top))].sort()])
    .sort();
}

function steady(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value),
    (key, value) => VARYING.includes(key) && value !== null ? typeof value : value,
  );
}

function assertKeys({ keys, kinds }: Section, entries: readonly Entry[]): void {
  const lists = new Map([...kinds, ...SHARED_KINDS]);
  const seen = new Set(keysOf(entries, keys, new Set(lists.keys())));
  for (const key of SELDOM) if (keys.has(key)) seen.add(key);
  assert.deepEqual([...seen].sort(), [...keys].sort());
  for (const [path, byKind] of lists) {
    const name = path.replace("[]", "");
    for (const entry of entries.flatMap((entry) => entry[name] ?? [])) assertKind(byKind, entry as Entry);
  }
}

/** An entry has all keys of its kind, and none that the page does not have; a list in it may be empty. */
function assertKind(kinds: KeysByKind, entry: Entry): void {
  const known = kinds.get(String(entry.kind));
  assert.ok(known, `the page has no kind ${entry.kind}`);
  assert.deepEqual(
    new Set(keysOf([entry], known, new Set(SHARED_KINDS.keys()))).difference(known),
    new Set(),
  );
  const [[, keys]] = topLevel(new Map([["", known]]));
  assert.deepEqual(Object.keys(entry).sort(), keys);
}

/** The rows of each list have the columns of the page that describes them. */
function assertRows(documents: readonly Entry[]): void {
  for (const document of documents) {
    const [[name, rows]] = Object.entries(document) as [string, Entry[]][];
    const keys = new Set(rows.flatMap((row) => Object.keys(row)));
    assert.deepEqual([...keys].sort(), [...new Set(["venue", ...columnsOf(name)])].sort(), name);
  }
}

function columnsOf(list: string): string[] {
  const data = PAGES.get("dist/doc/data.md")!;
  const table = {
    trades: between(data, "<!-- columns:", "<!-- end"),
    bars: between(data, "<!-- bars:", "<!-- end"),
    closes: between(data, "<!-- bars of a day:", "<!-- end"),
  }[list] ?? between(PAGES.get("dist/doc/quotes.md")!, "| column | meaning |", "\n\n");
  const cells = table.split("\n").filter((line) => line.startsWith("| `")).map((line) => line.split("|")[1]);
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
}

function between(page: string, begin: string, end: string): string {
  return page.split(begin)[1].split(end)[0];
}
