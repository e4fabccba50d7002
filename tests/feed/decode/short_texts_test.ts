import assert from "node:assert/strict";
import { ShortTexts, UNKNOWN } from "../../../src/feed/decode/short_texts.ts";

/** As many instruments as Frankfurt quotes. */
const INSTRUMENTS = 33_000;

Deno.test("with as many instruments as a venue has, hardly any is forgotten, and none is mistaken for another", () => {
  const isins = Array.from(
    { length: INSTRUMENTS },
    (_, i) => `DE${String(i * 7919).padStart(9, "0")}${i % 10}`,
  );
  const bytes = new TextEncoder().encode(isins.join(""));
  const texts = new ShortTexts();
  texts.enter(bytes);
  for (let i = 0; i < INSTRUMENTS; i++) {
    assert.equal(texts.find(0, 12 * i, 12), UNKNOWN);
    texts.learn(i);
  }
  let known = 0;
  for (let i = 0; i < INSTRUMENTS; i++) {
    const meaning = texts.find(0, 12 * i, 12);
    assert.ok(meaning === i || meaning === UNKNOWN);
    if (meaning === i) known++;
    assert.equal(texts.find(1, 12 * i, 12), UNKNOWN, "another column's");
  }
  assert.ok(known > 0.9 * INSTRUMENTS, `${known}`);
  texts.forget();
  assert.equal(texts.find(0, 0, 12), UNKNOWN);
});
