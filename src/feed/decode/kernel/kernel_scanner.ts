import { asciiText } from "../ascii.ts";
import type { PublishedType } from "../../records/record_type.ts";
import type { BatchBuilder } from "../batch_builder.ts";
import type { Scanner } from "../scanner.ts";
import { FormTree } from "./form_tree.ts";
import { newKernel } from "./kernel.ts";

/** At least as many zeros as the kernel may read beyond the bytes in the window. */
const SLACK_BYTES = 64;
const UNKNOWN = -1;

/**
 * The scanner in WebAssembly, which takes two thirds of the time of `RowScanner`. The kernel reads a window of the bytes
 * into columns of its own, in which forms and texts have numbers. When these columns are copied into the builder, the
 * numbers are replaced by its codes, which are assigned row by row, so that both scanners assign the same ones.
 */
export class KernelScanner implements Scanner {
  rows = 0;
  unstored = 0;
  readonly #kernel = newKernel();
  #forms: FormTree;
  #bytes = new Uint8Array();
  /** The part of the bytes that is in the window. */
  #windowStart = 0;
  #windowEnd = 0;
  #generation: number;
  /** The codes in this generation: of each form, and for each column of each text; as far as they have occurred. */
  #formCodes: number[] = [];
  readonly #textCodes: (Int32Array | undefined)[] = [];

  constructor(readonly builder: BatchBuilder<PublishedType>) {
    const { type, isShared, generation } = builder;
    this.#forms = new FormTree(this.#kernel, type, isShared);
    this.#generation = generation;
  }

  enter({ buffer, byteOffset, byteLength }: Uint8Array): void {
    this.#bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
    this.#windowStart = this.#windowEnd = 0;
  }

  learn(line: Uint8Array): void {
    if (this.builder.has(this.builder.type.extra)) return;
    if (this.#forms.isFull) this.builder.separateWidest();
    this.#followBuilder();
    this.#forms.learn(new TextDecoder().decode(line), this.builder.profile);
  }

  learnUnstored(line: Uint8Array): void {
    this.#forms.learn(new TextDecoder().decode(line), null);
  }

  /** A line that the window cuts off is tried again at the beginning of the next window. */
  scan(start: number): number {
    this.#followBuilder();
    if (start < this.#windowEnd) {
      const next = this.#read(start);
      const mayBeCut = this.#windowStart < start && this.#windowEnd < this.#bytes.length;
      if (next > start || !mayBeCut) return next;
    }
    this.#moveWindow(start);
    return this.#read(start);
  }

  #moveWindow(start: number): void {
    const { bytes, at } = this.#kernel;
    const shown = this.#bytes.subarray(start, start + at.WINDOW_BYTES);
    const end = at.WINDOW + shown.length;
    bytes.set(shown, at.WINDOW);
    bytes.fill(0, end, end + SLACK_BYTES);
    this.#windowStart = start;
    this.#windowEnd = start + shown.length;
  }

  #read(start: number): number {
    const { builder } = this;
    const kernel = this.#kernel;
    const room = Math.min(builder.capacity - builder.rows, kernel.at.MOST_ROWS);
    const windowStart = this.#windowStart;
    const next = kernel.readRows(start - windowStart, this.#windowEnd - windowStart, room);
    this.rows = kernel.rows.value;
    this.unstored = kernel.unstored.value;
    if (this.rows > 0) this.#copyRows();
    if (kernel.areTextsFull.value !== 0) this.#forgetTexts();
    return windowStart + next;
  }

  /** In a new generation the codes are different; when other columns are shared, so are the forms. */
  #followBuilder(): void {
    const { type, isShared, generation } = this.builder;
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#formCodes = [];
    this.#forgetTextCodes();
    if (isShared !== this.#forms.isShared) this.#forms = new FormTree(this.#kernel, type, isShared);
  }

  #forgetTexts(): void {
    this.#kernel.forgetTexts();
    this.#forgetTextCodes();
  }

  #forgetTextCodes(): void {
    for (const codes of this.#textCodes) codes?.fill(UNKNOWN, 1);
  }

  #copyRows(): void {
    const { builder, rows } = this;
    builder.prepareRows(rows);
    this.#copyForms();
    let filled = this.#kernel.filled.value;
    for (let column = 0; filled !== 0n; column++, filled >>= 1n) {
      if ((filled & 1n) === 1n) this.#copyColumn(column);
    }
    builder.endRows(rows);
  }

  #copyForms(): void {
    const { builder, rows } = this;
    const { words, at } = this.#kernel;
    const [codes, first, forms] = [builder.profileCodes, builder.rows, at.FORMS >> 2];
    for (let i = 0; i < rows; i++) {
      const form = words[forms + i];
      codes[first + i] = this.#formCodes[form] ??= builder.profileCode(this.#forms.profiles[form]!);
    }
  }

  #copyColumn(column: number): void {
    const { builder, rows } = this;
    const { at, bytes } = this.#kernel;
    const first = builder.rows;
    const start = at.CELLS + column * at.COLUMN_BYTES;
    const cells = this.#kernel.words.subarray(start >> 2, (start >> 2) + 2 * rows);
    switch (builder.type.columns[column].kind) {
      case "text":
        return this.#copyTexts(column, cells);
      case "id":
        return builder.ids(column).putAll(first, rows, bytes.subarray(at.IDS), cells);
      case "time":
        return builder.words(column).set(cells, 2 * first);
      default:
        builder.numbers(column).set(new Float64Array(cells.buffer, start, rows), first);
    }
  }

  #copyTexts(column: number, cells: Int32Array): void {
    const { builder, rows } = this;
    const [codes, first] = [builder.codes(column), builder.rows];
    const known = this.#textCodes[column] ??= this.#noTextCodes();
    for (let i = 0; i < rows; i++) {
      const text = cells[2 * i];
      if (known[text] === UNKNOWN) known[text] = builder.textCode(column, this.#textOf(text));
      codes[first + i] = known[text];
    }
  }

  /** No codes yet, except for number 0, which stands for null. */
  #noTextCodes(): Int32Array {
    return new Int32Array(this.#kernel.at.MOST_TEXTS).fill(UNKNOWN, 1);
  }

  /** The text that the kernel has given this number. */
  #textOf(number: number): string {
    const { at, bytes, view } = this.#kernel;
    const entry = at.ENTRIES + number * at.ENTRY_BYTES;
    const [length, place] = [view.getInt32(entry + 20, true), view.getInt32(entry + 24, true)];
    return asciiText(bytes, place, place + length);
  }
}
