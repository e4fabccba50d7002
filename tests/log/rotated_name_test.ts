import assert from "node:assert/strict";
import fc from "fast-check";
import { compressedPath, parseRotatedName, rotatedPath, unfinishedPath } from "../../src/log/rotated_name.ts";

const AT = Date.parse("2025-12-01T19:39:08.093Z");
const free = () => false;

Deno.test("rotatedPath() contains the UTC time of the rotation", () => {
  assert.equal(rotatedPath("/var/log/detr.log", AT, free), "/var/log/detr.log.20251201-193908.093");
});

Deno.test("rotatedPath() adds a number when the name is taken, compressed or not", () => {
  const taken = new Set(["detr.log.20251201-193908.093", "detr.log.20251201-193908.093.1.gz"]);
  assert.equal(rotatedPath("detr.log", AT, (path) => taken.has(path)), "detr.log.20251201-193908.093.2");
});

Deno.test("parseRotatedName() reads what rotatedPath() and its companions write", () => {
  fc.assert(fc.property(
    fc.date({ min: new Date("2020-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }),
    fc.nat({ max: 2 }),
    (date, tries) => {
      const rotatedAt = date.getTime();
      let left = tries;
      const path = rotatedPath("detr.log", rotatedAt, () => left-- > 0);
      assert.deepEqual(parseRotatedName(path, "/var/log/detr.log"), { rotatedAt, plain: true });
      for (const name of [compressedPath(path), unfinishedPath(path)]) {
        assert.deepEqual(parseRotatedName(name, "/var/log/detr.log"), { rotatedAt, plain: false });
      }
    },
  ));
});

Deno.test("parseRotatedName() refuses all other files: the log, its lock, those of logrotate or of another log", () => {
  const others = [
    "detr.log",
    "detr.log.lock",
    "detr.log.1",
    "detr.log.1.gz",
    "detr.log-20251201.gz",
    "detr.log.20251201",
    "dfra.log.20251201-193908.093.gz",
    "detr.log.old.20251201-193908.093.gz",
    "detr.log.20251201-193908.093.gz.bak",
  ];
  for (const name of others) assert.equal(parseRotatedName(name, "detr.log"), null, name);
});
