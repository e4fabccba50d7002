import { csvLine } from "../../derive/csv_line.ts";
import type { PlainRow } from "../../derive/plain_rows.ts";
import { writeAllSync } from "../../system/atomic.ts";
import { onStdout, printFitting, printLine, widthOfStdout } from "./output.ts";

/** Prints rows, one after the other. */
export interface RowOutput {
  row(row: PlainRow): void;
  /** Call after the last row. */
  end(): void;
}

/** The number of characters that are written at a time. */
const PIECE = 1 << 16;

/** Text that is written in large pieces. */
class Pieces {
  #text = "";

  constructor(readonly write: (text: string) => void) {}

  add(text: string): void {
    this.#text += text;
    if (this.#text.length > PIECE) this.flush();
  }

  flush(): void {
    this.write(this.#text);
    this.#text = "";
  }
}

/** RFC 4180: a header, lines that end in CRLF, and quotes where a value needs them; null is an empty field. */
export class CsvOutput implements RowOutput {
  readonly #pieces: Pieces;

  constructor(readonly columns: readonly string[], write: (text: string) => void) {
    this.#pieces = new Pieces(write);
    this.#pieces.add(csvLine(columns));
  }

  row(row: PlainRow): void {
    this.#pieces.add(csvLine(this.columns.map((name) => row[name])));
  }

  end(): void {
    this.#pieces.flush();
  }
}

/** One JSON document, `{"NAME": [ROW, …]}`, with one line per row. */
export class JsonOutput implements RowOutput {
  readonly #pieces: Pieces;
  #separator = "\n";

  constructor(name: string, write: (text: string) => void) {
    this.#pieces = new Pieces(write);
    this.#pieces.add(`{"${name}": [`);
  }

  row(row: PlainRow): void {
    this.#pieces.add(this.#separator + JSON.stringify(row));
    this.#separator = ",\n";
  }

  end(): void {
    this.#pieces.add("\n]}\n");
    this.#pieces.flush();
  }
}

/** Rows of a table that are laid out together. */
const ROWS_OF_PIECE = 1_000;

/**
 * A table for people, in lines of at most `width` characters: columns that do not fit are left out, and named at the end. It
 * has a heading anew every thousand rows, so that no more are held. Columns without any value are left out; without rows
 * nothing is printed.
 */
export class TableOutput implements RowOutput {
  #rows: PlainRow[] = [];
  readonly #omitted = new Set<string>();

  constructor(
    readonly columns: readonly string[],
    readonly foremost: readonly string[] = columns,
    readonly width: number = widthOfStdout(),
  ) {}

  row(row: PlainRow): void {
    if (this.#rows.length === ROWS_OF_PIECE) this.#print();
    this.#rows.push(row);
  }

  end(): void {
    if (this.#rows.length > 0) this.#print();
    if (this.#omitted.size === 0) return;
    printLine(`left out, since the terminal is not wide enough: ${[...this.#omitted].join(", ")}`);
  }

  #print(): void {
    const filled = this.columns.filter((name) => this.#rows.some((row) => row[name] !== null));
    const cells = this.#rows.map((row) => filled.map((name) => cellOf(row[name])));
    for (const name of printFitting(filled, cells, this.width, this.foremost)) this.#omitted.add(name);
    this.#rows = [];
  }
}

function cellOf(value: PlainRow[string]): string | number {
  return typeof value === "number" ? value : String(value ?? "");
}

/** Writes the whole text to stdout. Throws `CannotPrint`. */
export function writeOut(text: string): void {
  onStdout(() => writeAllSync(Deno.stdout, new TextEncoder().encode(text)));
}
