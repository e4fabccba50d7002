/** The page for readers: each of its snippets is run, and must print what the page says. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { startReplica } from "../../scripts/replica/server.ts";
import { LAUNCHER } from "../dist/unit.ts";
import { fetchArgs, runProgram, startCommand, temporaryDirectory } from "../e2e/harness.ts";
import { isPossible } from "../e2e/possible.ts";
import { PAGES } from "../pages.ts";
import { pythonWith } from "./environments.ts";
import { pythonWithSpark } from "./spark.ts";

/** A day of which the demo stores the same trades. */
const DAY = { venue: "DETR", date: "2026-09-01" };

/** Spark takes half a minute on a busy machine. */
const PATIENCE_MS = 5 * 60_000;

/** A snippet of the page, below which stands what it prints. */
interface Snippet {
  readonly heading: string;
  readonly language: string;
  readonly code: string;
  readonly prints: string;
}

const SNIPPET = /^```(sql|python|r)\n(.*?)^```\n+```text\n(.*?)^```$/gms;

function snippetsOf(page: string): Snippet[] {
  return page.split(/^## /m).slice(1).flatMap((section) =>
    [...section.matchAll(SNIPPET)].map(([, language, code, prints]) => (
      { heading: section.split("\n", 1)[0], language, code, prints }
    ))
  );
}

const analysis = await pythonWith("analysis");
const spark = await pythonWithSpark("spark-3.5");
const hasR = await isPossible("Rscript", "--version");
if (!hasR) console.log("left out: R: there is no Rscript here (Debian: r-base-core)");

/** The command that runs a snippet from its stdin; null where it cannot run. */
function commandFor({ language, code }: Snippet): string | null {
  switch (language) {
    case "sql":
      return analysis && `"${join(dirname(analysis), "duckdb")}" -init "$(xetra-parqed connect)"`;
    case "r":
      return hasR ? "Rscript -" : null;
    default: {
      const python = code.includes("pyspark") ? spark : analysis;
      return python && `"${python}" -I -`;
    }
  }
}

Deno.test("every snippet of the page for readers prints what the page says, on the day of the demo", async (t) => {
  await using replica = await startReplica({ days: [DAY], daily: true });
  using folder = temporaryDirectory();
  assert.equal((await runProgram(fetchArgs(replica, folder.of("data-of-demo")))).code, 0);
  const dir = folder.of("data-of-demo");
  assert.equal((await runProgram(["--wrk-dir", dir, "bars", "DETR", "--all"])).code, 0);
  Deno.mkdirSync(folder.of("bin"));
  Deno.symlinkSync(LAUNCHER, folder.of("bin/xetra-parqed"));
  const snippets = snippetsOf(PAGES.get("dist/doc/readers.md")!);
  assert.ok(snippets.length >= 5);
  for (const snippet of snippets) {
    const command = commandFor(snippet);
    await t.step({
      name: `${snippet.heading}: ${snippet.language}`,
      ignore: command === null,
      fn: async () => {
        Deno.writeTextFileSync(folder.of("snippet"), snippet.code);
        const script = `PATH="$1/bin:$PATH"; ${command} < "$1/snippet"`;
        await using shell = startCommand(["sh", "-euc", script, "sh", folder.path], {
          cwd: dir,
          env: { SPARK_LOCAL_IP: "127.0.0.1" },
          signal: AbortSignal.timeout(PATIENCE_MS),
        });
        const { code, stdout, stderr } = await shell.ended;
        assert.equal(code, 0, stderr);
        assert.equal(withoutTrail(stdout), withoutTrail(snippet.prints));
      },
    });
  }
});

/** Pages have no spaces at the ends of lines, and no empty lines at the end of a block. */
function withoutTrail(text: string): string {
  return text.replaceAll(/ +$/gm, "").trimEnd();
}
