import type { TextColumn } from "./batch.ts";
import { uniformText } from "./repeated.ts";

/** Codes of rows that were taken; code i + 1 stands for code `before[i]` of the column, and 0 is null. */
interface TakenCodes {
  readonly codes: Uint32Array;
  readonly before: readonly number[];
  readonly hasNulls: boolean;
}

/** Takes rows of the text columns of a batch. Columns that share their codes are taken once, and share the result. */
export class TextTaker {
  readonly #taken: { readonly from: Uint32Array; readonly taken: TakenCodes }[] = [];

  constructor(readonly rows: Uint32Array) {}

  take(column: TextColumn): TextColumn {
    if (column.isUniform) return uniformText(column.values.at(-1)!, this.rows.length);
    const { codes, before, hasNulls } = this.#codesOf(column);
    const values = [null, ...before.map((code) => column.values[code])];
    const first = values[1] ?? null;
    const areAlike = values.every((value, place) => place === 0 || value === first);
    if (areAlike && (first === null || !hasNulls)) return uniformText(first, this.rows.length);
    return { kind: "text", codes, values };
  }

  #codesOf({ codes, values }: TextColumn): TakenCodes {
    const known = this.#taken.find(({ from }) => areSame(from, codes));
    if (known !== undefined) return known.taken;
    const taken = takeCodes(codes, values.length, this.rows);
    this.#taken.push({ from: codes, taken });
    return taken;
  }
}

function takeCodes(old: Uint32Array, count: number, rows: Uint32Array): TakenCodes {
  const codes = new Uint32Array(rows.length);
  const translation = new Uint32Array(count); // 0 = not yet translated, or null
  const before: number[] = [];
  let nulls = 0;
  for (let i = 0; i < rows.length; i++) {
    const code = old[rows[i]];
    if (code === 0) {
      nulls++;
      continue;
    }
    let after = translation[code];
    if (after === 0) after = translation[code] = before.push(code);
    codes[i] = after;
  }
  return { codes, before, hasNulls: nulls > 0 };
}

/** Whether two arrays are views of the same codes. */
function areSame(a: Uint32Array, b: Uint32Array): boolean {
  return a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.length === b.length;
}
