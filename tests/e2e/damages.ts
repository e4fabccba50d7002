/** What can happen to a partition on its disk. */
import assert from "node:assert/strict";
import { duckdb } from "./harness.ts";
import { flip } from "./verified.ts";

type Damage = (path: string) => void | Promise<void>;

/** By what happened; `proven` when the ledger survives. */
export const DAMAGES: Record<string, { damage: Damage; proven: boolean }> = {
  "flipped in its data": { damage: (path) => flip(path, 500), proven: true },
  "flipped in its schema": { damage: (path) => flipAt(path, "isin"), proven: true },
  "flipped in its last byte": { damage: (path) => flip(path, -1), proven: true },
  "flipped in its ledger": { damage: (path) => flipAt(path, "xetra-parqed.ledger", 40), proven: false },
  "flipped in its proof": { damage: (path) => flipAt(path, "xetra-parqed.proof", 40), proven: false },
  "cut within its footer": {
    damage: (path) => Deno.truncateSync(path, placeOf(path, "xetra-parqed.proof")),
    proven: false,
  },
  "cut to its half": {
    damage: (path) => Deno.truncateSync(path, Deno.statSync(path).size >> 1),
    proven: false,
  },
  "cut to nothing": { damage: (path) => Deno.truncateSync(path, 0), proven: false },
  "overwritten with text": {
    damage: (path) => Deno.writeTextFileSync(path, "<!DOCTYPE html>".repeat(100)),
    proven: false,
  },
  "replaced by another program's Parquet": {
    damage: async (path) => {
      using db = await duckdb();
      await db.rows(`COPY (SELECT 'DE0007164600' AS isin, 1.5 AS price) TO '${path}' (FORMAT parquet)`);
    },
    proven: false,
  },
  "replaced by a folder": {
    damage: (path) => {
      Deno.removeSync(path);
      Deno.mkdirSync(path);
      Deno.writeTextFileSync(`${path}/note.txt`, "mine");
    },
    proven: false,
  },
};

/** Flips a bit this far after the last occurrence of a text. */
export function flipAt(path: string, text: string, behind = 0): void {
  flip(path, placeOf(path, text) + text.length + behind);
}

function placeOf(path: string, text: string): number {
  const place = new TextDecoder("latin1").decode(Deno.readFileSync(path)).lastIndexOf(text);
  assert.ok(place >= 0);
  return place;
}
