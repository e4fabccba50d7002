import { CompactReader, TYPE } from "./compact_reader.ts";

/** What a Parquet footer says of its file as a whole. */
export interface FileFacts {
  readonly rows: number;
  /** The names of the columns, in order. */
  readonly columns: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** Field numbers of a file's metadata, a schema element and a key-value, as in parquet.thrift. */
const FILE = { schema: 2, rows: 3, groups: 4, keyValues: 5 };
const ELEMENT = { name: 4 };
const KEY_VALUE = { key: 1, value: 2 };

const utf8 = new TextDecoder();

/** Reads the list of row groups, where the reader is, of a file with these columns. */
export type ReadGroups = (reader: CompactReader, file: Pick<FileFacts, "columns">) => void;
const skip: ReadGroups = (reader) => reader.skip(TYPE.list);

/**
 * Reads the facts from the metadata of a Parquet file, and its row groups by `readGroups` (default: skips them). Null when
 * the metadata has something that this program does not write; then the library must read it.
 */
export function factsIn(metadata: Uint8Array, readGroups: ReadGroups = skip): FileFacts | null {
  try {
    return readFacts(new CompactReader(metadata), readGroups);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Throws a RangeError when the bytes are not metadata, or contain something unexpected. */
function readFacts(reader: CompactReader, readGroups: ReadGroups): FileFacts {
  let [rows, columns, keyValues]: [number?, string[]?, [string, string][]?] = [];
  reader.fields((field, type) => {
    if (field === FILE.schema && type === TYPE.list) columns = reader.structs(() => nameOf(reader)).slice(1);
    else if (field === FILE.rows && type === TYPE.i64) rows = reader.integer();
    else if (field === FILE.groups && type === TYPE.list && columns !== undefined) {
      readGroups(reader, { columns });
    } else if (field === FILE.keyValues && type === TYPE.list) {
      keyValues = reader.structs(() => pairOf(reader));
    } else reader.skip(type);
  });
  if (rows === undefined || columns === undefined) throw new RangeError("a footer without rows or schema");
  return { rows, columns, metadata: new Map(keyValues) };
}

function nameOf(reader: CompactReader): string {
  const { [ELEMENT.name]: name } = textsOf(reader);
  if (typeof name !== "string") throw new RangeError("a column without a name");
  return name;
}

function pairOf(reader: CompactReader): [string, string] {
  const { [KEY_VALUE.key]: key, [KEY_VALUE.value]: value = "" } = textsOf(reader);
  if (typeof key !== "string" || value === null) throw new RangeError("no texts");
  return [key, value];
}

/** The texts of the next struct, by field number; null for a field that is not a text. */
function textsOf(reader: CompactReader): Record<number, string | null> {
  const texts: Record<number, string | null> = {};
  reader.fields((field, type) => {
    texts[field] = type === TYPE.binary ? utf8.decode(reader.binary()) : null;
    if (type !== TYPE.binary) reader.skip(type);
  });
  return texts;
}
