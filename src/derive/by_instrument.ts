import type { TextColumn } from "../feed/records/batch.ts";
import type { RowGroup } from "../store/row_group.ts";
import { firstOf } from "./first_of.ts";

/** Consecutive rows of one row group, from `from` up to, not including, `to`. */
export interface Stretch<G extends RowGroup = RowGroup> {
  readonly group: G;
  readonly from: number;
  readonly to: number;
}

/** An ISIN and the location of its rows in each file that has it, in order. */
export interface Instrument<G extends RowGroup = RowGroup> {
  readonly isin: string;
  readonly files: readonly (readonly Stretch<G>[])[];
}

/** The rows of an ISIN in one row group. */
interface Piece<G extends RowGroup> extends Stretch<G> {
  readonly isin: string;
}

/**
 * The rows of files that are sorted by ISIN, one ISIN at a time, in order. If `wanted` is given, only these ISINs: row
 * groups without any of them are not read. Holds one row group of each file.
 */
export function* byInstrument<G extends RowGroup>(
  files: readonly Iterable<G>[],
  wanted: ReadonlySet<string> | null = null,
): Generator<Instrument<G>> {
  const heads = files.map((groups) => new Head(pieces(groups, wanted)));
  for (;;) {
    const isin = least(heads);
    if (isin === null) return;
    yield { isin, files: heads.map((head) => head.takeAll(isin)).filter((pieces) => pieces.length > 0) };
  }
}

/** A file and its current piece. */
class Head<G extends RowGroup> {
  readonly #pieces: Iterator<Piece<G>>;
  piece: Piece<G> | null;

  constructor(pieces: Iterator<Piece<G>>) {
    this.#pieces = pieces;
    this.piece = this.#next();
  }

  /** The pieces of an ISIN, which may continue in the next row group; empty when the file is at another ISIN. */
  takeAll(isin: string): Piece<G>[] {
    const taken: Piece<G>[] = [];
    for (; this.piece?.isin === isin; this.piece = this.#next()) taken.push(this.piece);
    return taken;
  }

  #next(): Piece<G> | null {
    const { done, value } = this.#pieces.next();
    return done ? null : value;
  }
}

function least<G extends RowGroup>(heads: readonly Head<G>[]): string | null {
  return heads.reduce<string | null>(
    (least, { piece }) => piece === null || (least !== null && least <= piece.isin) ? least : piece.isin,
    null,
  );
}

function* pieces<G extends RowGroup>(
  groups: Iterable<G>,
  wanted: ReadonlySet<string> | null,
): Generator<Piece<G>> {
  for (const group of groups) {
    if (wanted !== null && !mayHold(group, wanted)) continue;
    const { codes, values } = group.column(group.type.required) as TextColumn;
    for (let from = 0, to = 0; from < group.rows; from = to) {
      const code = codes[from];
      to = firstOf(from, group.rows, (row) => codes[row] !== code);
      const isin = values[code]!;
      if (wanted === null || wanted.has(isin)) yield { isin, group, from, to };
    }
  }
}

/** Whether a row group may have rows of one of these ISINs, according to the footer. */
export function mayHold(group: Pick<RowGroup, "bounds">, wanted: ReadonlySet<string>): boolean {
  return wanted.values().some((isin) => mayHoldOne(group, isin));
}

/** The same of one ISIN. */
export function mayHoldOne({ bounds }: Pick<RowGroup, "bounds">, isin: string): boolean {
  return bounds === null || (bounds[0] <= isin && isin <= bounds[1]);
}
