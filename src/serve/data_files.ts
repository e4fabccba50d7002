import { join, relative } from "node:path";
import { isVenueCode } from "../feed/venue.ts";
import { type Dataset, DATASETS } from "../store/datasets.ts";
import { isPeriod, periodNamed } from "../store/periods.ts";
import { type Layout, levelsOf } from "../store/layout.ts";
import { answerOf, errorAnswer } from "./answer.ts";
import { type ByteRange, byteRange } from "./byte_range.ts";

/** Where the addresses of files begin; what follows is their path below `data/`. */
export const DATA = "/data/";
const MARKET = `${DATA}de/xetra/`;
const PIECE = 1 << 16;
const PARQUET = "application/vnd.apache.parquet";

/**
 * The path of the file that an address names; null when it names none. It is built from the parts of the address, each of
 * which is checked: no address leads out of the datasets.
 */
export function dataPath(layout: Layout, pathname: string): string | null {
  if (!pathname.startsWith(MARKET)) return null;
  const [folder, ...parts] = pathname.slice(MARKET.length).split("/");
  const dataset = DATASETS.find((dataset) => dataset.folder === folder);
  const venue = /^venue=(.*)$/.exec(parts[0] ?? "")?.[1];
  if (dataset === undefined || venue === undefined || !isVenueCode(venue)) return null;
  const period = periodOf(dataset, parts.slice(1, -1));
  return period === null || parts.at(-1) !== dataset.file ? null : layout.partition(dataset, venue, period);
}

/** The address of a file of a dataset. */
export function dataAddress({ folder, grain, file }: Dataset, venue: string, period: string): string {
  const levels = levelsOf(grain).map((level, i) => `${level}=${period.split(/[-T]/)[i]}`);
  return MARKET + [folder, `venue=${venue}`, ...levels, file].join("/");
}

function periodOf({ grain }: Dataset, parts: readonly string[]): string | null {
  const levels = levelsOf(grain);
  const values = parts.map((part, i) =>
    part.startsWith(`${levels[i]}=`) ? part.slice(levels[i].length + 1) : ""
  );
  const period = periodNamed(values);
  return parts.length === levels.length && isPeriod(period, grain) ? period : null;
}

/**
 * A file, or the stretch of it that was asked for, of the version that was there when it was opened; each version has an
 * ETag of its own. What is no plain file at its very place is not there: links lead elsewhere.
 */
export function fileAnswer(layout: Layout, path: string, request: Request): Response {
  if (!isItself(layout, path)) return errorAnswer(404, "there is no such file");
  const file = Deno.openSync(path);
  const { part, status, headers } = fileHead(request.headers, file.statSync());
  if (part === null || request.method === "HEAD") file.close();
  const body = part === null || request.method === "HEAD" ? null : streamOf(file, part);
  return answerOf(body, PARQUET, { status, headers });
}

/** The head of the answer for a file; `part` is null when no bytes are sent. */
interface FileHead {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly part: ByteRange | null;
}

function fileHead(asked: Headers, { size, mtime, ino }: Deno.FileInfo): FileHead {
  const etag = `"${ino}-${mtime!.getTime()}-${size}"`;
  const headers = { etag, "accept-ranges": "bytes" };
  if (asked.get("if-none-match") === etag) return { status: 304, headers, part: null };
  const range = byteRange(asked.get("range"), size);
  if (range === "none") {
    return { status: 416, headers: { ...headers, "content-range": `bytes */${size}` }, part: null };
  }
  const part = range ?? { start: 0, length: size };
  const length = { ...headers, "content-length": String(part.length) };
  if (range === null) return { status: 200, headers: length, part };
  const content = `bytes ${part.start}-${part.start + part.length - 1}/${size}`;
  return { status: 206, headers: { ...length, "content-range": content }, part };
}

function isItself({ workingDirectory }: Layout, path: string): boolean {
  try {
    const real = join(Deno.realPathSync(workingDirectory), relative(workingDirectory, path));
    return Deno.realPathSync(path) === real && Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Reads only as fast as somebody takes it. */
function streamOf(
  file: Deno.FsFile,
  { start, length }: { start: number; length: number },
): ReadableStream<Uint8Array> {
  file.seekSync(start, Deno.SeekMode.Start);
  let left = length;
  return new ReadableStream({
    async pull(controller) {
      const piece = new Uint8Array(Math.min(PIECE, left));
      const read = left === 0 ? null : await readOrClose(file, piece);
      if (read !== null) {
        left -= read;
        controller.enqueue(piece.subarray(0, read));
      }
      if (read === null || left === 0) {
        file.close();
        controller.close();
      }
    },
    cancel: () => file.close(),
  }, { highWaterMark: 0 });
}

/** After a failure nobody else closes the file: a stream that has failed is not cancelled. */
async function readOrClose(file: Deno.FsFile, piece: Uint8Array): Promise<number | null> {
  try {
    return await file.read(piece);
  } catch (error) {
    file.close();
    throw error;
  }
}
