import assert from "node:assert/strict";
import { ForeignFile } from "../../../src/store/damage.ts";
import { BLANK_CHECKSUM, checkFooter, writeChecksum } from "../../../src/store/parquet/footer_checksum.ts";
import { FOOTER_CHECKSUM_KEY } from "../../../src/store/footer_keys.ts";

/** A footer's bytes: something, the key, a field header, the length of the value, the value, something. */
function footer(key = FOOTER_CHECKSUM_KEY): Uint8Array {
  return new TextEncoder().encode(
    `ledger 08_34 12 0\x18${key}\x18\x40${BLANK_CHECKSUM}created by a testPAR1`,
  );
}

Deno.test("a sealed footer is accepted, and refused when any bit is flipped", () => {
  const sealed = footer();
  writeChecksum(sealed);
  checkFooter(sealed);
  for (let i = 0; i < sealed.length * 8; i++) {
    assert.throws(() => checkFooter(sealed.with(i >> 3, sealed[i >> 3] ^ (1 << (i & 7)))), /footer/);
  }
});

Deno.test("a footer without a seal is not ours: it is that of another program when it has none of our keys", () => {
  assert.throws(() => checkFooter(footer()), /do not match their digest/);
  assert.throws(() => checkFooter(footer("other.key")), ForeignFile);
  assert.throws(() => checkFooter(footer("other.key")), /not written by this program/);
  for (const footerOfOurs of [footer().subarray(0, 60), footer("xetra-parqed.rows")]) {
    assert.throws(() => checkFooter(footerOfOurs), /^NotAsWritten: its footer has no checksum$/);
  }
});
