import assert from "node:assert/strict";
import { asOneExposition } from "../../src/serve/exposition.ts";

Deno.test("files of metrics become one, with what a metric is said once, and its samples together", () => {
  const of = (venue: string) =>
    `# HELP pending Files.\n# TYPE pending gauge\npending{venue="${venue}"} 1\n# HELP lost Files.\n# TYPE lost gauge\nlost{venue="${venue}"} 2\n`;
  assert.equal(
    asOneExposition([of("DETR"), of("DFRA")]),
    `# HELP pending Files.\n# TYPE pending gauge\npending{venue="DETR"} 1\npending{venue="DFRA"} 1\n` +
      `# HELP lost Files.\n# TYPE lost gauge\nlost{venue="DETR"} 2\nlost{venue="DFRA"} 2\n`,
  );
  assert.equal(asOneExposition([]), "");
});
