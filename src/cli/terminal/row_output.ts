import type { PlainRow } from "../../derive/plain_rows.ts";
import { printTable } from "./output.ts";

/** Prints rows, one after the other. */
export interface RowOutput {
  row(row: PlainRow): void;
  /** Call after the last row. */
  end(): void;
}

/** The number of characters that are written at a time. */
const PIECE = 1 << 16;

/**
 * RFC 4180: a header, lines that end in CRLF, and quotes where a value needs them; null is an empty field.
 */
export class CsvOutput implements RowOutput {
  #text: string;

  constructor(readonly columns: readonly string[], readonly write: (text: string) => void) {
    this.#text = csvLine(columns);
  }

  row(row: PlainRow): void {
    this.#text += csvLine(this.columns.map((name) => row[name]));
    if (this.#text.length > PIECE) this.#flush();
  }

  end(): void {
    this.#flush();
  }

  #flush(): void {
    this.write(this.#text);
    this.#text = "";
  }
}

/** One JSON document, `{"NAME": [ROW, …]}`, with one line per row. */
export class JsonOutput implements RowOutput {
  #text: string;
  #separator = "\n";

  constructor(name: string, readonly write: (text: string) => void) {
    this.#text = `{"${name}": [`;
  }

  row(row: PlainRow): void {
    this.#text += this.#separator + JSON.stringify(row);
    this.#separator = ",\n";
    if (this.#text.length > PIECE) this.#flush();
  }

  end(): void {
    this.#text += "\n]}\n";
    this.#flush();
  }

  #flush(): void {
    this.write(this.#text);
    this.#text = "";
  }
}

/**
 * A table for people; all rows are held until the end. Columns without any value are left out; without rows nothing is
 * printed.
 */
export class TableOutput implements RowOutput {
  readonly #rows: PlainRow[] = [];

  constructor(readonly columns: readonly string[]) {}

  row(row: PlainRow): void {
    this.#rows.push(row);
  }

  end(): void {
    if (this.#rows.length === 0) return;
    const filled = this.columns.filter((name) => this.#rows.some((row) => row[name] !== null));
    printTable(filled, this.#rows.map((row) => filled.map((name) => row[name] ?? "")));
  }
}

/** Writes the whole text to stdout. */
export function writeOut(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) written += Deno.stdout.writeSync(bytes.subarray(written));
}

function csvLine(values: readonly PlainRow[string][]): string {
  return `${values.map(csvValue).join(",")}\r\n`;
}

function csvValue(value: PlainRow[string]): string {
  const text = value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
