import assert from "node:assert/strict";
import { stampedPath } from "../../src/system/stamped_path.ts";

Deno.test("two files of one path that are set aside within one second get two names", () => {
  const taken = new Set<string>();
  const next = () => {
    const path = stampedPath(
      "/etc/x.service.old",
      Date.UTC(2026, 8, 2, 3, 4, 5, 999),
      (path) => taken.has(path),
    );
    taken.add(path);
    return path;
  };
  const first = "/etc/x.service.old-20260902T030405Z";
  assert.deepEqual([next(), next(), next()], [first, `${first}-2`, `${first}-3`]);
});
