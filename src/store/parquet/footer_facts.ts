import { CompactReader, TYPE } from "./compact_reader.ts";

/** What a Parquet footer says of its file as a whole. */
export interface FileFacts {
  readonly rows: number;
  /** The names of the columns, in order. */
  readonly columns: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** Field numbers of a file's metadata, a schema element and a key-value, as in parquet.thrift. */
const FILE = { schema: 2, rows: 3, keyValues: 5 };
const ELEMENT = { name: 4 };
const KEY_VALUE = { key: 1, value: 2 };

const utf8 = new TextDecoder();

/**
 * Reads the facts from the metadata of a Parquet file and skips its row groups: the library creates objects for all of
 * these, which takes ten times as long. Null when the metadata has something that this program does not write; then the
 * library must read it.
 */
export function factsIn(metadata: Uint8Array): FileFacts | null {
  try {
    return readFacts(new CompactReader(metadata));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Throws a RangeError when the bytes are not metadata, or contain something unexpected. */
function readFacts(reader: CompactReader): FileFacts {
  let [rows, columns, keyValues]: [number?, string[]?, [string, string][]?] = [];
  reader.fields((field, type) => {
    if (field === FILE.schema && type === TYPE.list) columns = reader.structs(() => nameOf(reader)).slice(1);
    else if (field === FILE.rows && type === TYPE.i64) rows = reader.integer();
    else if (field === FILE.keyValues && type === TYPE.list) keyValues = reader.structs(() => pairOf(reader));
    else reader.skip(type);
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
