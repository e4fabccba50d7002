import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { makePage } from "../../scripts/page/bundle.ts";
import { PAGE } from "../../src/serve/page.ts";

/** A page that is there in a second on a phone over a tunnel. */
const MOST_BYTES = 120_000;

Deno.test("the script and the style of the page are those that `deno task page` makes of their sources", async () => {
  for (const { path, text } of await makePage()) assert.equal(Deno.readTextFileSync(path), text, path);
});

Deno.test("the whole page is not larger than 120 KB, compressed", () => {
  const bytes = [...PAGE.values()].reduce((sum, { text }) => sum + gzipSync(text).length, 0);
  console.log(`the page: ${bytes} bytes, compressed`);
  assert.ok(bytes <= MOST_BYTES);
});

Deno.test("the page has no script and no style within its HTML: its content security policy forbids them", () => {
  const { text } = PAGE.get("/")!;
  assert.doesNotMatch(text, /<style|style=|<script(?![^>]* src=)| on\w+=/);
});
