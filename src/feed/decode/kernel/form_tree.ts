import { NULL_TIME } from "../../records/batch.ts";
import type { PublishedType } from "../../records/record_type.ts";
import type { Profile } from "../profiles.ts";
import { partsOf, type Value } from "../row_parts.ts";
import type { Kernel } from "./kernel.ts";

/** The kernel's numbers for kinds of values. */
const KINDS: Readonly<Record<string, number>> = {
  text: 1,
  id: 2,
  time: 3,
  double: 4,
  int64: 5,
  int32: 6,
  flag: 7,
  date: 8,
  none: 9,
  list: 10,
};

/** The offsets of a node's fields in bytes: of words of 32 bits (FILLS has two), and of single bytes. */
const [PLACE, LENGTH, CHILD, SIBLING, KIND, COLUMN, NEXT, FORM, FILLS] = [0, 4, 8, 12, 16, 20, 24, 28, 32];
const [FIRST, IS_QUOTED, IS_UNSTORED] = [40, 41, 42];
const NODE_BYTES = 48;

/** Longer lines, and lines with more values, are not learned, so that the memory for one line is limited. */
const MOST_LINE_BYTES = 16 * 1024;
const MOST_PARTS = 256;
/** The most memory for a line, in bytes: for each of its parts, the text (rounded up) and three nodes. */
const MOST_TAKEN = 2 * MOST_LINE_BYTES + (MOST_PARTS + 1) * 3 * (NODE_BYTES + 16);

/**
 * The forms of the rows seen so far (see `row_forms.ts`) as a tree in the kernel's memory. Forms share the bytes with
 * which they begin, so that each byte of a row is compared only once.
 */
export class FormTree {
  /** For each form its values in shared columns, null when such rows are not stored; no form has the number 0. */
  readonly profiles: (Profile | null)[] = [null];
  readonly #kernel: Kernel;
  readonly #encoder = new TextEncoder();
  /** The columns that some form fills. */
  readonly #columns = new Set<number>();
  #used = 0;

  /** Replaces the kernel's tree by an empty one. `isShared` says for each column whether its values belong to the form. */
  constructor(kernel: Kernel, readonly type: PublishedType, readonly isShared: readonly boolean[]) {
    this.#kernel = kernel;
    kernel.setColumns(0);
    this.#newNode(0, 0);
  }

  get isFull(): boolean {
    return this.#used + MOST_TAKEN > this.#kernel.at.NODES_BYTES;
  }

  /**
   * Remembers the form of a decoded line, unless it cannot be predicted or there are too many forms. `profile` holds
   * the line's values in shared columns; null if its row is not stored.
   */
  learn(line: string, profile: Profile | null): void {
    const parts = partsOf(this.type, line, profile !== null);
    if (parts === null || parts.length > MOST_PARTS || line.length > MOST_LINE_BYTES || this.isFull) return;
    let fork = this.#kernel.at.NODES;
    let at = 0;
    let fills = 0n;
    for (const { value, start, end } of parts) {
      if (this.isShared[value.column] && value.kind !== "list") continue;
      fork = this.#valueAfter(this.#insert(fork, line.slice(at, start)), value);
      if (value.column >= 0 && value.kind !== "list") fills |= this.#columnBit(value.column);
      at = end;
    }
    this.#endForm(this.#insert(fork, line.slice(at).trimEnd()), profile, fills);
  }

  #endForm(node: number, profile: Profile | null, fills: bigint): void {
    const { view } = this.#kernel;
    if (view.getInt32(node + FORM, true) !== 0) return;
    view.setInt32(node + FORM, this.profiles.push(profile) - 1, true);
    view.setBigUint64(node + FILLS, fills, true);
    view.setUint8(node + IS_UNSTORED, profile === null ? 1 : 0);
  }

  /** Notes that a value follows a node; returns the node after the value. */
  #valueAfter(node: number, { kind, column, quoted }: Value): number {
    const { view } = this.#kernel;
    if (view.getInt32(node + KIND, true) === 0) {
      view.setInt32(node + KIND, KINDS[kind], true);
      view.setInt32(node + COLUMN, column, true);
      view.setUint8(node + IS_QUOTED, quoted ? 1 : 0);
      view.setInt32(node + NEXT, this.#newNode(0, 0), true);
    }
    return view.getInt32(node + NEXT, true);
  }

  /** The bit of a column; from now on, the kernel sets this column to null at the beginning of each row. */
  #columnBit(column: number): bigint {
    const { at, view, setColumns } = this.#kernel;
    if (!this.#columns.has(column)) {
      const { kind } = this.type.columns[column];
      const cell = at.NULLS + 8 * column;
      if (kind === "time") view.setBigInt64(cell, NULL_TIME, true);
      else if (kind === "text" || kind === "id") view.setBigInt64(cell, 0n, true);
      else view.setFloat64(cell, NaN, true);
      view.setUint8(at.COLUMNS + this.#columns.size, column);
      setColumns(this.#columns.add(column).size);
    }
    return 1n << BigInt(column);
  }

  /** The node where a text ends that begins after another node. */
  #insert(node: number, text: string): number {
    const { bytes, view } = this.#kernel;
    const sought = this.#encoder.encode(text);
    for (let at = 0; at < sought.length;) {
      const child = this.#childOf(node, sought[at]);
      if (child === 0) return this.#addChild(node, sought.subarray(at));
      const place = view.getInt32(child + PLACE, true);
      const most = Math.min(view.getInt32(child + LENGTH, true), sought.length - at);
      let common = 1;
      while (common < most && bytes[place + common] === sought[at + common]) common++;
      this.#splitAt(child, common);
      at += common;
      node = child;
    }
    return node;
  }

  #childOf(node: number, first: number): number {
    const { bytes, view } = this.#kernel;
    let child = view.getInt32(node + CHILD, true);
    while (child !== 0 && bytes[child + FIRST] !== first) child = view.getInt32(child + SIBLING, true);
    return child;
  }

  #addChild(node: number, text: Uint8Array): number {
    const { bytes, view } = this.#kernel;
    const place = this.#allocate(text.length);
    bytes.set(text, place);
    const child = this.#newNode(place, text.length);
    view.setInt32(child + SIBLING, view.getInt32(node + CHILD, true), true);
    view.setInt32(node + CHILD, child, true);
    return child;
  }

  /** Cuts a node to its first bytes; a new node after it gets the other bytes and everything that follows them. */
  #splitAt(node: number, length: number): void {
    const { bytes, view } = this.#kernel;
    const [place, whole] = [view.getInt32(node + PLACE, true), view.getInt32(node + LENGTH, true)];
    if (length === whole) return;
    const rest = this.#newNode(place + length, whole - length);
    bytes.copyWithin(rest + CHILD, node + CHILD, node + FIRST);
    bytes.copyWithin(rest + IS_QUOTED, node + IS_QUOTED, node + NODE_BYTES);
    view.setInt32(rest + SIBLING, 0, true);
    bytes.fill(0, node + KIND, node + FIRST);
    bytes.fill(0, node + IS_QUOTED, node + NODE_BYTES);
    view.setInt32(node + LENGTH, length, true);
    view.setInt32(node + CHILD, rest, true);
  }

  /** A node whose bytes lie at a place in the memory. */
  #newNode(place: number, length: number): number {
    const { bytes, view } = this.#kernel;
    const node = this.#allocate(NODE_BYTES);
    bytes.fill(0, node, node + NODE_BYTES);
    view.setInt32(node + PLACE, place, true);
    view.setInt32(node + LENGTH, length, true);
    bytes[node + FIRST] = bytes[place];
    return node;
  }

  #allocate(length: number): number {
    const place = this.#kernel.at.NODES + this.#used;
    this.#used += (length + 15) & ~15;
    return place;
  }
}
