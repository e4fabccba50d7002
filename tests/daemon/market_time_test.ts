import assert from "node:assert/strict";
import { marketTime } from "../../src/daemon/market_time.ts";
import { BERLIN, berlin } from "./berlin.ts";

Deno.test("marketTime() names winter and summer as people in Frankfurt do", () => {
  assert.equal(marketTime(berlin("2025-12-02 08:30"), BERLIN), "2025-12-02 08:30:00 CET");
  assert.equal(marketTime(berlin("2026-07-01 08:30"), BERLIN), "2026-07-01 08:30:00 CEST");
  assert.equal(marketTime(berlin("2026-10-25 02:30 CEST"), BERLIN), "2026-10-25 02:30:00 CEST");
  assert.equal(marketTime(berlin("2026-10-25 02:30 CET"), BERLIN), "2026-10-25 02:30:00 CET");
});

Deno.test("marketTime() rounds to the second", () => {
  assert.equal(marketTime(berlin("2025-12-02 08:29:59.999"), BERLIN), "2025-12-02 08:30:00 CET");
  assert.equal(marketTime(berlin("2025-12-02 08:30:00.4"), BERLIN), "2025-12-02 08:30:00 CET");
});

Deno.test("marketTime() names other zones in English", () => {
  const at = berlin("2026-01-05 13:00");
  assert.equal(marketTime(at, "UTC"), "2026-01-05 12:00:00 UTC");
  assert.equal(marketTime(at, "America/New_York"), "2026-01-05 07:00:00 EST");
  assert.equal(marketTime(at, "Asia/Tokyo"), "2026-01-05 21:00:00 GMT+9");
});
