/**
 * What a column holds: `text` few distinct values; `id` mostly distinct ones; `time` nanoseconds since 1970 UTC;
 * `micros` microseconds since then; `double`; `int64` (within ±2⁵³); `int32`; `int16`; `flag` a boolean; `date` days
 * since 1970.
 */
export type ColumnKind =
  | "text"
  | "id"
  | "time"
  | "micros"
  | "double"
  | "int64"
  | "int32"
  | "int16"
  | "flag"
  | "date";

/**
 * The exchange's keys for a column, for each era that has some: it renames its fields from time to time, and its
 * services may have different names for the same field.
 */
export type Keys = Readonly<Partial<Record<string, readonly string[]>>>;

/** A column of a record type. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Whether each row must have a value. */
  readonly required: boolean;
  /** Whether its numbers are neither few nor similar, so that a dictionary would not help. */
  readonly varied: boolean;
  /** Whether its times are few, so that a dictionary helps. */
  readonly repeated: boolean;
  /** A few words of Markdown, for the data dictionary in the docs. */
  readonly meaning: string;
  /** Empty for a column that no key of the exchange fills. */
  readonly keys: Keys;
}

/** How files of an earlier version differ from today's. */
export interface EarlierVersion {
  /** The columns they have, in order, as places in `columns`. */
  readonly columns: readonly number[];
  /** The columns their rows are sorted by: the part of today's identity that existed then. */
  readonly order: readonly number[];
}

/**
 * The definition of a row. `C` is how columns are named: by name where a type is defined, by place in the finished
 * type.
 */
interface Row<C> {
  /** The name of the dataset, and of the root of its Parquet schema. */
  readonly name: string;
  /** The word for one row in messages. */
  readonly noun: string;
  /**
   * The columns that identify a row, in sort order. Rows without an `id` are the same only if they agree in every
   * column, and are then sorted by all further columns.
   */
  readonly identity: readonly C[];
  /** The column of the exchange's own id; null when rows have none, and only the identity counts. */
  readonly id: C | null;
  /**
   * The columns that rows are sorted by first, which readers of the files can rely on: the beginning of the identity.
   */
  readonly order: readonly C[];
  /** The column that every row must fill: a text, and the first column of the order. */
  readonly required: C;
}

/** Additional facts about rows that the exchange publishes. */
interface PublishedRow<C> extends Row<C> {
  /** The essential columns: if none of many rows has one that all others had, its key has been renamed. */
  readonly core: readonly C[];
  /** The time of the event, whose key also shows the era of a row; and the time of publication. */
  readonly time: { readonly event: C; readonly published: C };
  /** The column with the era, that is, how the keys of a row were named. */
  readonly era: C;
  /** The column for everything that fits no other column, as JSON. */
  readonly extra: C;
  /** The rows that are counted and not stored; null when there are none. */
  readonly unstored: Unstored<C> | null;
}

/** Rows that are recognized and not stored: those with one of some keys, unless they fill one of some columns. */
export interface Unstored<C = number> {
  readonly isKey: (key: string) => boolean;
  readonly unless: readonly C[];
}

/** A record type. It names columns by their place in `columns`, since hot loops read arrays. Made by `recordType`. */
export interface RecordType extends Row<number> {
  /** In stored order. */
  readonly columns: readonly Column[];
  readonly columnOfName: ReadonlyMap<string, number>;
  /** Null when all files have today's columns. */
  readonly earlier: EarlierVersion | null;
}

/** The type of rows that the exchange publishes, which are decoded. Made by `publishedType`. */
export interface PublishedType extends RecordType, PublishedRow<number> {
  /** The column that each key of any era fills. */
  readonly columnOfKey: ReadonlyMap<string, number>;
}

/** The definition of a column. */
export type ColumnNames = readonly [name: string, kind: ColumnKind, meaning: string, keys?: Keys];

/** The definition of a record type. */
export interface RecordTypeNames extends Row<string> {
  readonly columns: readonly ColumnNames[];
  readonly varied: readonly string[];
  /** By default none. */
  readonly repeated?: readonly string[];
  readonly earlier: { readonly without: readonly string[]; readonly order: readonly string[] } | null;
}

/** The definition of a type that the exchange publishes. */
export interface PublishedTypeNames extends RecordTypeNames, PublishedRow<string> {}

/** Makes a record type. Throws when it names a column that it does not have, or when its rows could not be sorted. */
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
    unstored: names.unstored && { ...names.unstored, unless: names.unstored.unless.map(place) },
    columnOfKey: placesOfKeys(type.columns),
  };
}

function columnsOf({ columns, required, varied, repeated = [] }: RecordTypeNames): Column[] {
  return columns.map(([name, kind, meaning, keys = {}]) => ({
    name,
    kind,
    required: name === required,
    varied: varied.includes(name),
    repeated: repeated.includes(name),
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

/** The place of the column with this name in a record type; throws when it has none. */
export function columnIndex({ name, columnOfName }: RecordType, column: string): number {
  return placeIn(columnOfName, name, column);
}

function placeIn(places: ReadonlyMap<string, number>, type: string, column: string): number {
  const place = places.get(column);
  if (place === undefined) throw new Error(`${type} have no column ${column}`);
  return place;
}

/** Checks what `sortedRows` relies on: it sorts by the codes of the first column. */
function checkOrder({ name, columns, identity, order, required, id }: RecordType): void {
  if (order[0] !== required || columns[required].kind !== "text") {
    throw new Error(`${name} must be sorted by a text that each row has`);
  }
  if (order.some((column, at) => identity[at] !== column)) {
    throw new Error(`the identity of ${name} must begin with their order`);
  }
  if (id !== null && columns[id].kind !== "id") throw new Error(`the id of ${name} must be of that kind`);
}

/** The era of a row, from the key of its time, or else of its required column; null when it has neither. */
export function eraOf(type: PublishedType, keys: { has(key: string): boolean }): string | null {
  return eraByKeyOf(type.columns[type.time.event], keys) ?? eraByKeyOf(type.columns[type.required], keys);
}

/** The era that has a key for this column among `keys`; null when there is none. No two eras may share a key. */
export function eraByKeyOf(column: Column, keys: { has(key: string): boolean }): string | null {
  for (const [era, names] of Object.entries(column.keys)) if (names!.some((key) => keys.has(key))) return era;
  return null;
}

/** Whether a row of the exchange is recognized and not stored; never when it names no instrument. */
export function isUnstored(type: PublishedType, row: Readonly<Record<string, unknown>>): boolean {
  const { unstored, columnOfKey, required } = type;
  if (unstored === null) return false;
  const filled = Object.keys(row).filter((key) => row[key] !== null && row[key] !== "");
  const columns = new Set(filled.map((key) => columnOfKey.get(key)));
  return filled.some(unstored.isKey) && columns.has(required) &&
    !unstored.unless.some((column) => columns.has(column));
}
