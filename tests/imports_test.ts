import assert from "node:assert/strict";
import { basename, dirname, join, relative } from "node:path";
import { filesBelow } from "./e2e/disk.ts";

const ROOT = new URL("..", import.meta.url).pathname;

/** What a source file imports. */
interface Import {
  /** The importing file, below the project's folder: `src/store/spool.ts`. */
  readonly from: string;
  /** The same of the imported file; of a package its name as written. */
  readonly to: string;
  /** Whether only types are imported, which vanish when the program runs. */
  readonly typesOnly: boolean;
}

/** The table of src/README.md: which rooms of ours a room of `src/` may import, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  system: [],
  feed: ["system"],
  store: ["feed", "system"],
  collect: ["feed", "store", "log", "system"],
  daemon: ["log", "system"],
  log: ["system"],
  derive: ["feed", "store", "system"],
  serve: ["collect", "derive", "feed", "store", "log", "system"],
  cli: ["feed", "store", "collect", "derive", "serve", "daemon", "log", "system"],
};

/** The files of `feed/` that say what things are; the store must not use those that request or decode. */
const FEED_TYPES = /^src\/feed\/(records\/\w+|calendar\/\w+|quota|file_names|venue)\.ts$/;

const files = filesBelow(join(ROOT, "src")).map((path) => relative(ROOT, path));
/** What a browser runs: it imports nothing else of ours, see below. */
const PAGE = "src/serve/page/";
/** The only page of text in `src/`, for developers. */
const sources = files.filter((path) => path !== "src/README.md" && !path.startsWith(PAGE));
const imports = sources.flatMap(importsOf);

Deno.test("every source file lies in a room of the design", () => {
  assert.ok(sources.length > 40);
  assert.deepEqual(sources.filter((path) => !(roomOf(path) in MAY_IMPORT) || !path.endsWith(".ts")), []);
});

Deno.test("rooms import only the rooms that the design allows", () => {
  const strange = imports.filter(({ from, to }) =>
    to.startsWith("src/") && roomOf(to) !== roomOf(from) && !MAY_IMPORT[roomOf(from)].includes(roomOf(to))
  );
  assert.deepEqual(strange, []);
});

Deno.test("the store knows what things are called in the feed, not how they are requested or decoded", () => {
  const strange = imports.filter(({ from, to, typesOnly }) =>
    roomOf(from) === "store" && to.startsWith("src/feed/") && !typesOnly &&
    !FEED_TYPES.test(to)
  );
  assert.deepEqual(strange, []);
});

Deno.test("the feed uses only the clock of the system", () => {
  const strange = imports.filter(({ from, to }) => roomOf(from) === "feed" && roomOf(to) === "system");
  assert.deepEqual(strange.filter(({ to, typesOnly }) => to !== "src/system/clock.ts" || !typesOnly), []);
});

Deno.test("no file reaches itself by imports", () => {
  const targets = new Map(sources.map((path) => [path, importsOf(path).map(({ to }) => to)]));
  const reachable = (from: string): Set<string> => {
    const found = new Set<string>();
    const queue = [...targets.get(from)!];
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      if (found.has(path) || !targets.has(path)) continue;
      found.add(path);
      queue.push(...targets.get(path)!);
    }
    return found;
  };
  assert.deepEqual(sources.filter((path) => reachable(path).has(path)), []);
});

Deno.test("sources import nothing outside src except the version and the views, and main.ts only the command line", () => {
  const outside = imports.filter(({ to }) => to.includes("/") && isOurs(to) && !to.startsWith("src/"));
  const above = imports.filter(({ to }) => isOurs(to) && !to.includes("/"));
  assert.deepEqual(
    outside.filter(({ from, to }) => !(from === "src/derive/views.ts" && to.startsWith("dist/sql/"))),
    [],
  );
  assert.deepEqual(above.map(({ from, to }) => `${from} ${to}`), ["src/cli/version.ts deno.json"]);
  assert.deepEqual(importsOf("main.ts").map(({ to }) => to), ["src/cli/version.ts", "src/cli/main.ts"]);
});

Deno.test("the page in the browser and the program share no code, and the page imports only what is bundled with it", () => {
  const page = files.filter((path) => path.startsWith(PAGE) && path.endsWith(".ts"));
  assert.ok(page.length > 5);
  const strange = page.flatMap(importsOf).filter(({ to }) => !to.startsWith(PAGE));
  assert.deepEqual([...new Set(strange.map(({ to }) => to))].sort(), [
    "htm",
    "preact",
    "preact/hooks",
    "uplot",
  ]);
  const made = imports.filter(({ to }) => to.startsWith(PAGE)).map(({ from }) => from);
  assert.deepEqual([...new Set(made)], ["src/serve/page.ts"]);
});

Deno.test("of collecting, serving knows only what monitoring reports", () => {
  const strange = imports.filter(({ from, to }) => roomOf(from) === "serve" && roomOf(to) === "collect");
  assert.deepEqual(strange.filter(({ to }) => !to.startsWith("src/collect/monitor/")), []);
});

Deno.test("the replica shares no code with the program that it tests", () => {
  const replica = [
    "scripts/replica.ts",
    ...filesBelow(join(ROOT, "scripts/replica")).map((path) => relative(ROOT, path)),
  ];
  assert.ok(replica.length > 10);
  assert.deepEqual(replica.flatMap(importsOf).filter(({ to }) => to.startsWith("src/")), []);
});

Deno.test("Parquet libraries are imported only by the Parquet files of the store", () => {
  const users = imports.filter(({ to }) => /parquet|duckdb/.test(to) && !isOurs(to)).map(({ from }) => from);
  assert.ok(users.length > 0);
  assert.deepEqual(users.filter((path) => !/^src\/store\/parquet\/\w+\.ts$/.test(path)), []);
});

Deno.test("time is an argument, except where the clock is wired and where the log takes its zone", () => {
  // that of an answer to be sent is the connection's own
  const clocks =
    /\bDate\.now\b|\bnew Date\(\)|(?<!outgoing\.)\bsetTimeout\b|\bsetInterval\b|\bperformance\.now\b|\bTemporal\.Now\b/;
  const users = sources.filter((path) => clocks.test(codeOf(path)));
  assert.deepEqual(users.filter((path) => roomOf(path) !== "cli"), [
    "src/log/setup.ts",
    "src/system/system_clock.ts",
  ]);
  assert.match(codeOf("src/log/setup.ts").match(clocks)![0], /Temporal\.Now/);
});

Deno.test("the feed touches no disk and the lower rooms do not log, print or end the process", () => {
  const feed = sources.filter((path) => roomOf(path) === "feed");
  assert.deepEqual(feed.filter((path) => /\bDeno\.|node:fs/.test(codeOf(path))), []);
  const lower = sources.filter((path) => ["feed", "store", "collect"].includes(roomOf(path)));
  assert.deepEqual(lower.filter((path) => /\bconsole\.|\bDeno\.exit\b/.test(codeOf(path))), []);
});

/** What is named for a dataset or a question: the row's type, the command that prints it, the page's answer and picture. */
const BY_SUBJECT = ["src/feed/records", "src/cli/commands", "src/serve/api", "src/serve/page"];

Deno.test("no two files have the same name, except those that are named for the same subject", () => {
  const others = sources.filter((path) => !BY_SUBJECT.includes(dirname(path)) && path !== "src/cli/main.ts");
  const byName = Map.groupBy(others, (path) => basename(path));
  assert.deepEqual([...byName.values()].filter(({ length }) => length > 1), []);
  for (const room of BY_SUBJECT.slice(0, 2)) {
    const names = sources.filter((path) => dirname(path) === room).map((path) => basename(path));
    assert.deepEqual(names.filter((name) => byName.has(name)), [], room);
  }
});

Deno.test("no file has a name like utils or helpers", () => {
  const everywhere = ["src", "scripts", "tests"].flatMap((room) => filesBelow(join(ROOT, room)));
  assert.deepEqual(everywhere.filter((path) => /\/(utils?|common|helpers?|misc|shared)\b/.test(path)), []);
});

/** `feed` for `src/feed/venue.ts`. */
function roomOf(path: string): string {
  return path.split("/")[1];
}

function isOurs(imported: string): boolean {
  return /\.(ts|json|sql|html|css|svg)$/.test(imported) || imported.startsWith("src/");
}

function importsOf(from: string): Import[] {
  const statements = codeOf(from).matchAll(
    /^(?:import|export)\s([^;"']*?)\s*\bfrom\s*"([^"]+)"|\bimport\(\s*"([^"]+)"/gm,
  );
  return [...statements].map(([, names = "", fixed, dynamic]) => {
    const name = fixed ?? dynamic;
    const to = name.startsWith(".") ? join(dirname(from), name) : name;
    return { from, to, typesOnly: isTypesOnly(names) };
  });
}

/** Whether `{ type A, type B }` or `type { A, B }` is all that is imported. */
function isTypesOnly(names: string): boolean {
  if (names.startsWith("type ")) return true;
  const listed = /^\{(.*)\}$/s.exec(names)?.[1].split(",").map((name) => name.trim()).filter((name) =>
    name !== ""
  );
  return listed?.every((name) => name.startsWith("type ")) ?? false;
}

/** A file without its comments. */
function codeOf(path: string): string {
  return Deno.readTextFileSync(join(ROOT, path)).replaceAll(/\/\*.*?\*\//gs, "").replaceAll(
    /^\s*\/\/.*$| \/\/ .*$/gm,
    "",
  );
}
