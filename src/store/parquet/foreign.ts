import { type AsyncBuffer, parquetMetadataAsync, parquetSchema, type SchemaElement } from "hyparquet";
import { NotAsWritten, unproven } from "../damage.ts";
import { flatPages, nestedPages, PARSERS } from "./foreign_pages.ts";

/** A Parquet file from any program. */
export interface ForeignParquet {
  readonly rows: number;
  /** The keys of its metadata. */
  readonly keys: readonly string[];
  /** Its columns, in order; a nested column counts as one. */
  readonly columns: readonly ForeignColumn[];
}

export interface ForeignColumn {
  readonly name: string;
  /** Whether its values are instants: bigints of nanoseconds since 1970 UTC. */
  readonly isTime: boolean;
  /** Reads it from its first row. */
  read(): ForeignReader;
}

/**
 * Reads the footer of any program's Parquet file. Throws `NotAsWritten` when it is not one, and what the system throws.
 */
export async function openForeign(file: AsyncBuffer): Promise<ForeignParquet> {
  const metadata = await unproven(() => parquetMetadataAsync(file, { parsers: PARSERS, geoparquet: false }));
  const schema = await unproven(() => parquetSchema(metadata));
  return {
    rows: Number(metadata.num_rows),
    keys: (metadata.key_value_metadata ?? []).map(({ key }) => key),
    columns: schema.children.map((column) => ({
      name: column.element.name,
      isTime: isTime(column.element),
      read: () => {
        const pages = column.children.length > 0 ? nestedPages : flatPages;
        return new ForeignReader(column.element.name, pages(file, metadata, [schema, column]));
      },
    })),
  };
}

/** Reads a column. Holds the column's data for one row group, packed, and one page, unpacked. */
export class ForeignReader {
  #page: ArrayLike<unknown> = [];
  #at = 0;

  constructor(readonly name: string, readonly pages: AsyncIterator<ArrayLike<unknown>>) {}

  /** The next `rows` values, null or undefined where there is none. Throws `NotAsWritten`, and what the system throws. */
  async take(rows: number): Promise<readonly unknown[]> {
    const values = new Array<unknown>(rows);
    for (let row = 0; row < rows; row++) {
      while (this.#at === this.#page.length) await this.#turn();
      values[row] = this.#page[this.#at++];
    }
    return values;
  }

  async #turn(): Promise<void> {
    const { done, value } = await unproven(() => this.pages.next());
    if (done) throw new NotAsWritten(`its column ${this.name} ends too early`);
    this.#page = value;
    this.#at = 0;
  }
}

function isTime({ converted_type, logical_type }: SchemaElement): boolean {
  return logical_type?.type === "TIMESTAMP" || (converted_type?.startsWith("TIMESTAMP") ?? false);
}
