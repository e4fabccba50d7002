import { Buffer } from "node:buffer";
import type { Batch } from "../feed/records/batch.ts";
import type { RecordType } from "../feed/records/record_type.ts";
import { fromDisk, withPath } from "../system/disk_error.ts";
import { inPresentOrder } from "./first_version.ts";
import { decodeLedger, type Ledger } from "./ledger.ts";
import { PADDINGS } from "./parquet/padding.ts";
import type { SortedSource } from "./merge_sorted.ts";
import { isNotAsWritten } from "./damage.ts";
import { claimedRows, readGroup } from "./parquet/reader.ts";
import { decodeGroupChecksums, type GroupChecksum, provenText } from "./parquet/group_checksums.ts";
import { shortDigest } from "./digest.ts";
import { FILTER_KEY, GROUP_CHECKSUMS_KEY, LEDGER_KEY } from "./footer_keys.ts";
import { bufferOf, openIfThere } from "./data_file.ts";

/** How many bytes at the end to search for a footer; that of a day has some 100 KB. */
const TAIL_BYTES = 4 * 1024 * 1024;

/** What can still be proved of a damaged partition. */
export interface Salvage {
  /** Its ledger; null when nothing proves that it is as written. */
  readonly ledger: Ledger | null;
  /** For quotes: which of them it held; null for other rows, and when nothing proves that it is as written. */
  readonly filter: string | null;
  /**
   * The number of rows it had, from the checksums of its groups or else from its footer; null when neither can be read.
   */
  readonly rows: number | null;
  /** The rows of the intact groups. */
  readonly intactRows: number;
  /** The intact groups, one at a time. */
  batches(): SortedSource;
}

interface Place {
  readonly start: number;
  readonly bytes: number;
  readonly rows: number;
}

type Bytes = ReturnType<typeof bufferOf>;

/**
 * Searches a damaged partition for intact parts; if anything else lies there, nothing is intact. Throws the disk's errors.
 */
export async function salvagePartition(path: string, type: RecordType): Promise<Salvage> {
  try {
    using file = openIfThere(path);
    if (file === null) return nothing(type);
    return await salvage(path, bufferOf(file), type);
  } catch (error) {
    if (isNotAsWritten(error)) return nothing(type);
    throw withPath(path, error);
  }
}

function nothing(type: RecordType): Salvage {
  return { ledger: null, filter: null, rows: null, intactRows: 0, batches: () => groupsAt("", [], type) };
}

async function salvage(path: string, file: Bytes, type: RecordType): Promise<Salvage> {
  const tail = Buffer.from(file.slice(Math.max(0, file.byteLength - TAIL_BYTES)));
  const checksums = decodeGroupChecksums(valueIn(tail, GROUP_CHECKSUMS_KEY) ?? "");
  if (checksums === null) return { ...nothing(type), rows: await claimedRows(file) };
  const [ledger, filter] = [valueIn(tail, LEDGER_KEY), valueIn(tail, FILTER_KEY)];
  const isProven = ledger !== null &&
    shortDigest(provenText(ledger, filter ?? undefined)) === checksums.ledgerDigest;
  const intact = intactGroups(file, checksums.groups);
  return {
    ledger: isProven ? decodeLedger(ledger) : null,
    filter: isProven ? filter : null,
    rows: rowsIn(checksums.groups),
    intactRows: rowsIn(intact),
    batches: () => {
      const groups = groupsAt(path, intact, type);
      return type.earlier === null ? groups : inPresentOrder(groups);
    },
  };
}

/** The groups whose bytes are as written, wherever the first of them begins. */
function intactGroups(file: Bytes, groups: readonly GroupChecksum[]): Place[] {
  for (const padding of PADDINGS) {
    const intact = placesOf(groups, padding).filter(({ start, bytes, digest }) =>
      start + bytes <= file.byteLength &&
      shortDigest(new Uint8Array(file.slice(start, start + bytes))) === digest
    );
    if (intact.length > 0) return intact;
  }
  return [];
}

function placesOf(groups: readonly GroupChecksum[], padding: number): (GroupChecksum & Place)[] {
  let start = padding;
  return groups.map((group) => {
    const place = { ...group, start };
    start += group.bytes;
    return place;
  });
}

async function* groupsAt(
  path: string,
  places: readonly Place[],
  type: RecordType,
): AsyncGenerator<Batch> {
  if (places.length === 0) return;
  using file = fromDisk(path, () => Deno.openSync(path));
  const buffer = bufferOf(file);
  for (const { start, bytes, rows } of places) {
    yield readGroup(buffer.slice(start, start + bytes), rows, type);
  }
}

/**
 * The value of one of our keys in the bytes of a footer that may be damaged. In Thrift's compact protocol the value
 * follows its key: a byte for "the next field, a string", its length in seven bits per byte, its bytes.
 */
function valueIn(bytes: Buffer, key: string): string | null {
  const at = bytes.lastIndexOf(key);
  if (at < 0) return null;
  let [place, length] = [at + key.length + 1, 0];
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = bytes[place++] ?? 0;
    length += (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return bytes.subarray(place, place + length).toString("latin1");
}

function rowsIn(groups: readonly { readonly rows: number }[]): number {
  return groups.reduce((sum, { rows }) => sum + rows, 0);
}
