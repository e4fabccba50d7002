/**
 * The kernel: reads rows of known forms into columns. The forms are a tree, which TypeScript makes (`form_tree.ts`). A
 * node has bytes that rows share; after them comes a value of the row's own, the end of the row, or a child node. Each
 * child begins with a different byte. Rows that are not read with certainty are left to TypeScript.
 */
import {
  areSame,
  beginsValue,
  copyPlainText,
  digitsEnd,
  listEnd,
  number,
  plainTextEnd,
  readNumber,
} from "./json_bytes";
import { CELL_BYTES, CELLS, COLUMN_BYTES, COLUMNS, FORMS, IDS, NODES, NULLS, WINDOW } from "./memory_layout";
import { numberOfText } from "./known_texts";
import { days, nanos, readDate, readTime } from "./iso_times";

export { areTextsFull, forgetTexts } from "./known_texts";
export {
  CELLS,
  COLUMN_BYTES,
  COLUMNS,
  ENTRIES,
  ENTRY_BYTES,
  FORMS,
  IDS,
  MOST_COLUMNS,
  MOST_ROWS,
  MOST_TEXTS,
  NODES,
  NODES_BYTES,
  NULLS,
  WINDOW,
  WINDOW_BYTES,
} from "./memory_layout";

/** The offsets of a node's fields. */
const PLACE: usize = 0;
const LENGTH: usize = 4;
const CHILD: usize = 8;
const SIBLING: usize = 12;
const KIND: usize = 16;
const COLUMN: usize = 20;
const NEXT: usize = 24;
const FORM: usize = 28;
const FILLS: usize = 32;
const FIRST: usize = 40;
const IS_QUOTED: usize = 41;
const IS_UNSTORED: usize = 42;

const RETURN: u8 = 0x0d;
const NEWLINE: u8 = 0x0a;
const LETTER_H: u8 = 0x48;
const MINUS: u8 = 0x2d;
const LARGEST_INT32: f64 = 2147483647;
/** The largest integer up to which a double holds all integers. */
const LARGEST_INT64: f64 = 9007199254740991;

/** What the last call of `readRows` read: rows, lines that are not stored, and a bit for each column that has a value. */
export let rows: i32 = 0;
export let unstored: i32 = 0;
export let filled: u64 = 0;
/** Bytes used of `IDS`. */
let idBytes: i32 = 0;
/** Bytes used of `COLUMNS`. */
let columns: i32 = 0;

/** Sets the number of columns in `COLUMNS`. */
export function setColumns(count: i32): void {
  columns = count;
}

/** Reads up to `room` rows between two offsets in the window. Returns the offset of the first row that is not read. */
export function readRows(from: i32, end: i32, room: i32): i32 {
  rows = 0;
  unstored = 0;
  filled = 0;
  idBytes = 0;
  let at = WINDOW + from;
  while (rows < room && at < WINDOW + end) {
    const idsBefore = idBytes;
    clearRow();
    const next = readRow(at);
    if (next == 0) {
      idBytes = idsBefore;
      break;
    }
    at = next;
  }
  return <i32> (at - WINDOW);
}

function clearRow(): void {
  for (let i = 0; i < columns; i++) {
    const column = load<u8>(COLUMNS + i);
    store<i64>(cellOf(column), load<i64>(NULLS + (<usize> column << 3)));
  }
}

function cellOf(column: i32): usize {
  return CELLS + column * COLUMN_BYTES + rows * CELL_BYTES;
}

function readRow(at: usize): usize {
  let node = NODES;
  while (true) {
    const byte = load<u8>(at);
    let child = load<usize>(node, CHILD);
    while (child != 0 && load<u8>(child, FIRST) != byte) child = load<usize>(child, SIBLING);
    if (child == 0) return endRow(node, at);
    node = child;
    const length = load<i32>(node, LENGTH);
    if (!areSame(load<usize>(node, PLACE), at, length)) return 0;
    at += length;
    const kind = load<i32>(node, KIND);
    if (kind == 0) continue;
    const isQuoted = load<bool>(node, IS_QUOTED);
    if (!beginsValue(load<u8>(at), isQuoted)) continue;
    at = readValue(kind, isQuoted, load<i32>(node, COLUMN), at);
    if (at == 0) return 0;
    node = load<usize>(node, NEXT);
  }
}

function endRow(node: usize, at: usize): usize {
  const form = load<i32>(node, FORM);
  if (form == 0) return 0;
  if (load<u8>(at) == RETURN) at++;
  if (load<u8>(at) != NEWLINE) return 0;
  if (load<bool>(node, IS_UNSTORED)) unstored++;
  else {
    store<i32>(FORMS + (rows << 2), form);
    filled |= load<u64>(node, FILLS);
    rows++;
  }
  return at + 1;
}

/** Kinds are numbered as in `KINDS` of `form_tree.ts`. */
function readValue(kind: i32, isQuoted: bool, column: i32, at: usize): usize {
  switch (kind) {
    case 1:
      return readText(isQuoted, column, at);
    case 2:
      return readId(isQuoted, column, at);
    case 3:
      return isQuoted ? readTimeInto(column, at) : 0;
    case 4:
      return readAnyNumber(column, at);
    case 5:
      return readWhole(column, at, LARGEST_INT64);
    case 6:
      return readWhole(column, at, LARGEST_INT32);
    case 7:
      return isQuoted ? readFlag(column, at) : 0;
    case 8:
      return isQuoted ? readDateInto(column, at) : 0;
    case 9:
      return isQuoted ? plainTextEnd(at) : readNumber(at);
    default:
      return listEnd(at);
  }
}

function readText(isQuoted: bool, column: i32, at: usize): usize {
  const end = isQuoted ? plainTextEnd(at) : digitsEnd(at);
  if (end == 0) return 0;
  const number = numberOfText(at, <i32> (end - at));
  store<i32>(cellOf(column), number);
  return number == 0 ? 0 : end;
}

function readId(isQuoted: bool, column: i32, at: usize): usize {
  const place = IDS + idBytes;
  const end = isQuoted ? copyPlainText(at, place) : 0;
  if (end == 0) return 0;
  const length = <i32> (end - at);
  // The last word is filled with zeros, since ids are compared by words.
  store<u32>(place + length, 0);
  const cell = cellOf(column);
  store<i32>(cell, idBytes);
  store<i32>(cell, length, 4);
  idBytes += (length + 3) & ~3;
  return end;
}

function readTimeInto(column: i32, at: usize): usize {
  const end = readTime(at, column);
  store<i64>(cellOf(column), nanos);
  return end;
}

function readDateInto(column: i32, at: usize): usize {
  const end = readDate(at);
  store<f64>(cellOf(column), days);
  return end;
}

function readAnyNumber(column: i32, at: usize): usize {
  const end = readNumber(at);
  store<f64>(cellOf(column), number);
  return end;
}

function readWhole(column: i32, at: usize, most: f64): usize {
  const end = readNumber(at);
  if (end == 0 || trunc(number) != number || number > most || number < -most) return 0;
  store<f64>(cellOf(column), number);
  return end;
}

function readFlag(column: i32, at: usize): usize {
  const byte = load<u8>(at);
  if (byte != LETTER_H && byte != MINUS) return 0;
  store<f64>(cellOf(column), byte == LETTER_H ? 1 : 0);
  return at + 1;
}
