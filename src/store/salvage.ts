import { Buffer } from "node:buffer";
import type { Batch } from "../feed/records/batch.ts";
import type { RecordType } from "../feed/records/record_type.ts";
import { fromDisk, withPath } from "../system/disk_error.ts";
import { inPresentOrder } from "./first_version.ts";
import { decodeLedger, type Ledger } from "./ledger.ts";
import { LEADS } from "./parquet/padding.ts";
import type { SortedSource } from "./merge.ts";
import { isNotAsWritten } from "./damage.ts";
import { claimedRows, readGroup } from "./parquet/reader.ts";
import { decodeGroupChecksums, type GroupChecksum } from "./parquet/group_checksums.ts";
import { shortDigest } from "./digest.ts";
import { GROUP_CHECKSUMS_KEY, LEDGER_KEY } from "./footer_keys.ts";
import { bufferOf, openIfThere } from "./data_file.ts";

/** The footer of a day is some 100 KB. */
const TAIL_BYTES = 4 * 1024 * 1024;

/** What a damaged partition can still prove. */
export interface Salvage {
  /** Its ledger; null when nothing shows that it is what was written. */
  readonly ledger: Ledger | null;
  /** The rows that it had, by the checksums of its groups, else by its footer; null when neither can be read. */
  readonly rows: number | null;
  /** The rows of the groups that are what was written. */
  readonly intactRows: number;
  /** These groups, one at a time. */
  batches(): SortedSource;
}

interface Place {
  readonly start: number;
  readonly bytes: number;
  readonly rows: number;
}

type Bytes = ReturnType<typeof bufferOf>;

/** Looks into a damaged partition for what is intact; nothing is, whatever else lies there. Throws what the disk throws. */
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
  return { ledger: null, rows: null, intactRows: 0, batches: () => groupsAt("", [], type) };
}

async function salvage(path: string, file: Bytes, type: RecordType): Promise<Salvage> {
  const tail = Buffer.from(file.slice(Math.max(0, file.byteLength - TAIL_BYTES)));
  const checksums = decodeGroupChecksums(valueIn(tail, GROUP_CHECKSUMS_KEY) ?? "");
  if (checksums === null) return { ...nothing(type), rows: await claimedRows(file) };
  const ledger = valueIn(tail, LEDGER_KEY);
  const intact = intactGroups(file, checksums.groups);
  return {
    ledger: ledger !== null && shortDigest(ledger) === checksums.ledgerDigest ? decodeLedger(ledger) : null,
    rows: rowsIn(checksums.groups),
    intactRows: rowsIn(intact),
    batches: () => {
      const groups = groupsAt(path, intact, type);
      return type.earlier === null ? groups : inPresentOrder(groups);
    },
  };
}

/** The groups whose bytes are what was written, wherever the first of them begins. */
function intactGroups(file: Bytes, groups: readonly GroupChecksum[]): Place[] {
  for (const lead of LEADS) {
    const intact = placesOf(groups, lead).filter(({ start, bytes, digest }) =>
      start + bytes <= file.byteLength &&
      shortDigest(new Uint8Array(file.slice(start, start + bytes))) === digest
    );
    if (intact.length > 0) return intact;
  }
  return [];
}

function placesOf(groups: readonly GroupChecksum[], lead: number): (GroupChecksum & Place)[] {
  let start = lead;
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
 * The value of one of our keys among the bytes of a footer that need not be whole. In Thrift's compact protocol the
 * value follows its key: a byte that says "the next field, a string", its length in seven bits a byte, its bytes.
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
