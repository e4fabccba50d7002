import type { KeyValue } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { Batch } from "../../feed/records/batch.ts";
import { emptyBatch } from "../../feed/records/gather.ts";
import type { RecordType } from "../../feed/records/record_type.ts";
import { ChunkWriter } from "./chunk.ts";
import { type ColumnForm, COMPACT } from "./form.ts";
import { type Schema, schemaOf } from "./schema.ts";
import { shortDigest } from "../digest.ts";
import { FOOTER_CHECKSUM_KEY } from "../footer_keys.ts";
import type { GroupChecksum } from "./group_checksums.ts";
import { BLANK_CHECKSUM, writeChecksum } from "./footer_checksum.ts";

/** Writes batches of one record type, already sorted, as one Parquet file. */
export class BatchWriter {
  /** The checksums of the row groups written so far. */
  readonly groups: GroupChecksum[] = [];
  readonly #sink: (bytes: Uint8Array) => void;
  readonly #buffer = new ByteWriter(1 << 20);
  readonly #parquet: ParquetWriter;
  readonly #schema: Schema;
  readonly #chunks: readonly ChunkWriter[];

  /**
   * `sink` receives the bytes of the file in order; it must have used them when it returns. `zeros` stand before the
   * rows.
   */
  constructor(
    sink: (bytes: Uint8Array) => void,
    readonly type: RecordType,
    createdBy: string,
    zeros = new Uint8Array(),
    form: ColumnForm = COMPACT,
  ) {
    const schema = schemaOf(type);
    this.#schema = schema;
    this.#chunks = type.columns.map((column, index) => new ChunkWriter(schema, index, column, form));
    this.#sink = sink;
    this.#parquet = new ParquetWriter({
      writer: this.#buffer,
      schema: [schema.root, ...schema.columns],
      createdBy,
    });
    this.#buffer.appendBytes(zeros);
  }

  /** Writes one row group. */
  write(batch: Batch): void {
    const start = this.#buffer.offset;
    const columns = this.#chunks.map((chunk, index) => chunk.write(this.#buffer, batch.columns[index]));
    const rows = BigInt(batch.rows);
    this.#parquet.num_rows += rows;
    this.#parquet.row_groups.push({
      columns,
      num_rows: rows,
      total_byte_size: columns.reduce((sum, { meta_data }) => sum + meta_data!.total_uncompressed_size, 0n),
      total_compressed_size: BigInt(this.#buffer.offset - start),
      sorting_columns: this.#schema.sorting,
    });
    const bytes = this.#buffer.offset - start;
    const digest = shortDigest(this.#buffer.getBytes().subarray(-bytes));
    this.groups.push({ rows: batch.rows, bytes, digest });
    this.#flush();
  }

  /** Writes the footer, with its checksum and the key-values that `metadata` returns once all data is in the sink. */
  finish(metadata: () => ReadonlyMap<string, string>): void {
    // The library encodes an empty list of row groups in a way that arrow-rs (polars, parquet-wasm) rejects.
    if (this.#parquet.row_groups.length === 0) this.write(emptyBatch(this.type));
    this.#flush();
    const keyValues = new Map([...metadata(), [FOOTER_CHECKSUM_KEY, BLANK_CHECKSUM]]);
    this.#parquet.kvMetadata = Array.from(keyValues, ([key, value]): KeyValue => ({ key, value }));
    this.#parquet.finish();
    writeChecksum(this.#buffer.getBytes());
    this.#flush();
  }

  #flush(): void {
    this.#sink(this.#buffer.getBytes());
    this.#buffer.index = 0;
  }
}
