import $ from "@david/dax";
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { compile, NoBaseBinary } from "../../scripts/release/compile.ts";
import { ROOT, TARGETS } from "../../scripts/release/product.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { type Embedded, readEmbedded } from "./embedded.ts";
import { STAND_IN, withBase, withStandIn } from "./stand_in.ts";

const RECORD = new URL("compiled.txt", import.meta.url);
const PACKAGES = /^\.deno_compile_node_modules\/localhost\/((?:@[^/]+\/)?[^/]+)\/([^/]+)\//;

/** The record of what is embedded: a change of that has to change this record as well. */
function recordOf({ permissions, v8Flags, unstable, entryPoint, files, bytes }: Embedded): string {
  const granted = Object.entries(permissions).filter(([, values]) => values !== null)
    .map(([name, values]) => `${name}: ${Array.isArray(values) ? values.join(" ") || "(all)" : values}`);
  const packages = files.flatMap((path) => PACKAGES.exec(path)?.slice(1).join(" ") ?? []);
  const own = files.filter((path) => !PACKAGES.test(path)).map((path) =>
    path.includes("/") ? dirname(path) : path
  );
  return Object.entries({
    "entry point": [entryPoint],
    "permissions": granted,
    "V8": v8Flags.filter((flag) => flag.startsWith("--")),
    "unstable": unstable,
    "packages": new Set(packages),
    "files and folders of ours": [...new Set(own)].sort(),
    "size beside Deno": [`at most ${Math.ceil(bytes / 1e6)} MB`],
  }).map(([title, lines]) => `${title}\n${[...lines].map((line) => `  ${line}\n`).join("")}`).join("\n");
}

/** A module in the output of `deno info`; one that is imported only for its types has no `code`. */
interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly { readonly code?: { readonly specifier: string } }[];
}

/** Our modules that main.ts imports, directly or not, as Deno lists them. */
async function moduleGraph(): Promise<string[]> {
  const { modules } = await $`${Deno.execPath()} info --json main.ts`.cwd(ROOT).json<{ modules: Module[] }>();
  const root = $.path(ROOT).toFileUrl().href;
  const needed = modules.flatMap(({ dependencies = [] }) =>
    dependencies.map(({ code }) => code?.specifier ?? "")
  );
  const ours = [...new Set(needed)].filter((specifier) => specifier.startsWith(`${root}/`))
    .map((specifier) => specifier.slice(`${root}/`.length));
  return ["main.ts", ...ours].sort();
}

for (const target of TARGETS) {
  Deno.test(`compiled for ${target} it contains its own modules, the recorded flags and packages, and nothing else`, async () => {
    using folder = temporaryDirectory();
    await withStandIn(() => compile(target, $.path(folder.of("xetra-parqed"))));
    const embedded = readEmbedded(folder.of("xetra-parqed"), STAND_IN);
    assert.equal(recordOf(embedded), Deno.readTextFileSync(RECORD));
    assert.deepEqual(embedded.files.filter((path) => !PACKAGES.test(path)).sort(), await moduleGraph());
  });
}

Deno.test("a base binary for another machine is refused, with what to do, and no program is left that cannot run", async () => {
  using folder = temporaryDirectory();
  const output = $.path(folder.of("xetra-parqed"));
  const other = TARGETS.find((target) => target !== Deno.build.target)!;
  await assert.rejects(
    withBase(STAND_IN, () => compile(other, output)),
    (error: Error) =>
      error instanceof NoBaseBinary &&
      error.message.startsWith(
        `Deno's base binary for ${other} is missing (${STAND_IN} is none for this machine): say where it is by ` +
          "DENORT_BIN=/path/to/denort-{target}, or put ",
      ),
  );
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
});

Deno.test("without a base binary, `deno task compile` ends with 69 and one line that says how to supply it", async () => {
  const { code, stdout, stderr } = await $`${Deno.execPath()} task --quiet compile`.cwd(ROOT)
    .env({ DENORT_BIN: "/nowhere/denort", NO_COLOR: "1" }).stdout("piped").stderr("piped").noThrow();
  assert.deepEqual([code, stdout], [69, ""]);
  assert.match(
    stderr,
    /^error: Deno's base binary for \S+ is missing \(Could not find denort at '\/nowhere\/denort'\): say where it is by DENORT_BIN=.*, or put denort-\S+\.zip of Deno [\d.]+ into \$DENO_DIR\/dl\/release\/v[\d.]+\/\n$/,
  );
});

Deno.test("`deno task compile` refuses a base binary for another machine with 69, and one that is not a program", async () => {
  const other = TARGETS.find((target) => target !== Deno.build.target)!;
  for (const [target, base] of [[other, STAND_IN], [Deno.build.target, RECORD.pathname]]) {
    const { code, stdout, stderr } = await $`${Deno.execPath()} task --quiet compile --target ${target}`
      .cwd(ROOT).env({ DENORT_BIN: base, NO_COLOR: "1" }).stdout("piped").stderr("piped").noThrow();
    assert.deepEqual([code, stdout], [69, ""], base);
    assert.match(
      stderr,
      /^error: Deno's base binary for \S+ is missing \(\S+ is none for this machine\): .*\n$/,
    );
  }
});
