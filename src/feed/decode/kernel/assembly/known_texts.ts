/** Assigns numbers to texts by their bytes. The same text has the same number until all texts are forgotten. */
import { areSame, firstBytes } from "./json_bytes";
import { ENTRIES, ENTRY_BYTES, MOST_TEXTS, SLOTS, TEXT_SLOTS, TEXTS, TEXTS_BYTES } from "./memory_layout";

/** Rows with longer texts are left to TypeScript. */
const LONGEST: i32 = 255;
/** Offsets in an entry, after the first sixteen bytes of the text. */
const HASH: usize = 16;
const LENGTH: usize = 20;
const PLACE: usize = 24;

/** How many texts there are; the first has the number 1. */
let texts: i32 = 0;
/** Whether there was no room for a text. */
export let areTextsFull: bool = false;
let usedBytes: i32 = 0;

/** The number of a text; 0 when it is too long, or there is no room for another one. */
export function numberOfText(at: usize, length: i32): i32 {
  const hash = hashOf(at, length);
  const first = firstBytes(at, min(length, 16));
  let slot = hash & (TEXT_SLOTS - 1);
  while (true) {
    const known = load<u16>(SLOTS + (slot << 1));
    if (known == 0) return learn(at, length, hash, slot);
    if (isText(ENTRIES + known * ENTRY_BYTES, first, hash, at, length)) return known;
    slot = (slot + 1) & (TEXT_SLOTS - 1);
  }
}

function isText(entry: usize, first: v128, hash: u32, at: usize, length: i32): bool {
  if (v128.any_true(v128.xor(v128.load(entry), first))) return false;
  if (load<u32>(entry, HASH) != hash || load<i32>(entry, LENGTH) != length) return false;
  return length <= 16 || areSame(load<usize>(entry, PLACE), at, length);
}

/** Forgets all texts. */
export function forgetTexts(): void {
  memory.fill(SLOTS, 0, TEXT_SLOTS * 2);
  texts = 0;
  usedBytes = 0;
  areTextsFull = false;
}

function learn(at: usize, length: i32, hash: u32, slot: u32): i32 {
  if (length > LONGEST) return 0;
  areTextsFull = texts + 1 == MOST_TEXTS || usedBytes + length > TEXTS_BYTES;
  if (areTextsFull) return 0;
  const place = TEXTS + usedBytes;
  memory.copy(place, at, length);
  usedBytes += length;
  texts++;
  const entry = ENTRIES + texts * ENTRY_BYTES;
  v128.store(entry, firstBytes(at, min(length, 16)));
  store<u32>(entry, hash, HASH);
  store<i32>(entry, length, LENGTH);
  store<usize>(entry, place, PLACE);
  store<u16>(SLOTS + (slot << 1), <u16> texts);
  return texts;
}

function hashOf(at: usize, length: i32): u32 {
  let hash: u64 = length;
  while (length > 0) {
    const bytes = firstBytes(at, min(length, 16));
    hash = (hash ^ i64x2.extract_lane(bytes, 0)) * 0x9e3779b97f4a7c15;
    hash = (hash ^ (hash >> 32) ^ i64x2.extract_lane(bytes, 1)) * 0xc2b2ae3d27d4eb4f;
    at += 16;
    length -= 16;
  }
  return <u32> (hash ^ (hash >> 32));
}
