/**
 * What a column holds: `text` few distinct values, `id` mostly distinct ones, `time` nanoseconds since 1970
 * UTC, `micros` microseconds since then, `double`, `int64` (within ±2⁵³), `int32`, `flag` a boolean, `date` days since 1970.
 */
export type ColumnKind = "text" | "id" | "time" | "micros" | "double" | "int64" | "int32" | "flag" | "date";

/**
 * The exchange's keys for a column, in each era that has some: it renames its fields from time to time, and a field may be
 * named otherwise by another of its services.
 */
export type Keys = Readonly<Partial<Record<string, readonly string[]>>>;

/** A column of a record type. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Whether each row has a value. */
  readonly required: boolean;
  /** Whether its numbers are neither few nor alike, so that a dictionary of them is of no use. */
  readonly varied: boolean;
  /** In a few words of Markdown, for the data dictionary of the docs. */
  readonly meaning: string;
  /** None where no key of the exchange fills it. */
  readonly keys: Keys;
}

/** How files of an earlier version differ from today's. */
export interface EarlierVersion {
  /** The columns that they have, in their order, as places in `columns`. */
  readonly columns: readonly number[];
  /** The columns by which their rows are sorted: today's identity as far as it was known. */
  readonly order: readonly number[];
}

/** What a row is, whose columns are named as `C`: by their names as it is written down, by their places once it is made. */
interface Row<C> {
  /** Of the dataset, and of the root of its Parquet schema. */
  readonly name: string;
  /** What one row is called in messages. */
  readonly noun: string;
  /**
   * What makes two rows one, in sort order. Rows that have no `id` are one only if they agree in every column, and are
   * sorted by all of them thereafter.
   */
  readonly identity: readonly C[];
  /** The column of the exchange's own id; null where rows have none, and the identity is all there is. */
  readonly id: C | null;
  /** What rows are sorted by before all else, as readers of the files are told: the identity begins with it. */
  readonly order: readonly C[];
  /** The column that each row must fill: a text, and the first of the order. */
  readonly required: C;
}

/** What a row has besides when the exchange publishes it. */
interface PublishedRow<C> extends Row<C> {
  /** What it is about: where no row of many has one that all others had, its key has been renamed. */
  readonly core: readonly C[];
  /** When it happened, which is also what tells the era of a row; and when it was published. */
  readonly time: { readonly event: C; readonly published: C };
  /** The column that says how the keys of a row were named. */
  readonly era: C;
  /** The column that holds what no other can, as JSON. */
  readonly extra: C;
}

/** A record type. Columns are named by their place in `columns`, since hot loops read arrays. Made by `recordType`. */
export interface RecordType extends Row<number> {
  /** In their stored order. */
  readonly columns: readonly Column[];
  readonly columnOfName: ReadonlyMap<string, number>;
  /** Null when all files have today's columns. */
  readonly earlier: EarlierVersion | null;
}

/** The type of rows that the exchange publishes: these are decoded. Made by `publishedType`. */
export interface PublishedType extends RecordType, PublishedRow<number> {
  /** The column that each key of any era fills. */
  readonly columnOfKey: ReadonlyMap<string, number>;
}

/** A column as it is written down. */
export type ColumnNames = readonly [name: string, kind: ColumnKind, meaning: string, keys?: Keys];

/** A record type as it is written down. */
export interface RecordTypeNames extends Row<string> {
  readonly columns: readonly ColumnNames[];
  readonly varied: readonly string[];
  readonly earlier: { readonly without: readonly string[]; readonly order: readonly string[] } | null;
}

/** The same of one that the exchange publishes. */
export interface PublishedTypeNames extends RecordTypeNames, PublishedRow<string> {}

/** Makes a record type. Throws when it names a column that it has not, or its rows could not be sorted. */
export function recordType(names: RecordTypeNames): RecordType {
  const { name, noun, earlier } = names;
  const columns = columnsOf(names);
  const columnOfName = new Map(columns.map(({ name }, index) => [name, index]));
  const place = (column: string) => placeIn(columnOfName, name, column);
  const type: RecordType = {
    name,
    noun,
    columns,
    identity: names.identity.map(place),
    id: names.id === null ? null : place(names.id),
    order: names.order.map(place),
    required: place(names.required),
    columnOfName,
    earlier: earlier && { columns: placesWithout(columns, earlier.without), order: earlier.order.map(place) },
  };
  checkOrder(type);
  return type;
}

/** Makes the type of rows that the exchange publishes. Throws as `recordType`. */
export function publishedType(names: PublishedTypeNames): PublishedType {
  const type = recordType(names);
  const place = (column: string) => columnIndex(type, column);
  return {
    ...type,
    core: names.core.map(place),
    time: { event: place(names.time.event), published: place(names.time.published) },
    era: place(names.era),
    extra: place(names.extra),
    columnOfKey: placesOfKeys(type.columns),
  };
}

function columnsOf({ columns, required, varied }: RecordTypeNames): Column[] {
  return columns.map(([name, kind, meaning, keys = {}]) => ({
    name,
    kind,
    required: name === required,
    varied: varied.includes(name),
    meaning,
    keys,
  }));
}

function placesOfKeys(columns: readonly Column[]): Map<string, number> {
  return new Map(
    columns.flatMap(({ keys }, index) => Object.values(keys).flat().map((key) => [key!, index] as const)),
  );
}

function placesWithout(columns: readonly Column[], names: readonly string[]): number[] {
  return [...columns.keys()].filter((index) => !names.includes(columns[index].name));
}

/** Where a column of this name stands in a record type; throws when it has none. */
export function columnIndex({ name, columnOfName }: RecordType, column: string): number {
  return placeIn(columnOfName, name, column);
}

function placeIn(places: ReadonlyMap<string, number>, type: string, column: string): number {
  const place = places.get(column);
  if (place === undefined) throw new Error(`${type} have no column ${column}`);
  return place;
}

/** Rows are sorted by the codes of the first column: see `sortedRows`. */
function checkOrder({ name, columns, identity, order, required, id }: RecordType): void {
  if (order[0] !== required || columns[required].kind !== "text") {
    throw new Error(`${name} must be sorted by a text that each row has`);
  }
  if (order.some((column, at) => identity[at] !== column)) {
    throw new Error(`the identity of ${name} must begin with their order`);
  }
  if (id !== null && columns[id].kind !== "id") throw new Error(`the id of ${name} must be of that kind`);
}

/** The era of a row, told by the key of its time, or else of the column that it must fill; null when it has neither. */
export function eraOf(type: PublishedType, keys: { has(key: string): boolean }): string | null {
  return eraByKeyOf(type.columns[type.time.event], keys) ?? eraByKeyOf(type.columns[type.required], keys);
}

/** The era of which a key for this column is there; null when there is none. No two eras may share a key. */
export function eraByKeyOf(column: Column, keys: { has(key: string): boolean }): string | null {
  for (const [era, names] of Object.entries(column.keys)) if (names!.some((key) => keys.has(key))) return era;
  return null;
}
