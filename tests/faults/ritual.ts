/** The ritual by which files come to be, looked for in what strace tells: a pure look at the calls of a run. */
import { basename, dirname } from "node:path";
import type { Call } from "./trace.ts";

/** A file or folder that came to its place. */
export interface Arrival {
  readonly path: string;
  /** What was not as it must be; empty when all was. */
  readonly lapses: readonly string[];
}

const WRITES: ReadonlySet<string> = new Set(["write", "writev", "pwrite64", "pwritev"]);
const SYNCS: ReadonlySet<string> = new Set(["fsync", "fdatasync"]);
const RENAMES: ReadonlySet<string> = new Set(["rename", "renameat", "renameat2"]);
const LINKS: ReadonlySet<string> = new Set(["link", "linkat"]);
const MKDIRS: ReadonlySet<string> = new Set(["mkdir", "mkdirat"]);

/** What `arrivalsIn` and `writtenInPlaceIn` look at. */
export const RITUAL_CALLS: readonly string[] = [
  ...["openat", "creat", "ftruncate"],
  ...[WRITES, SYNCS, RENAMES, LINKS, MKDIRS].flatMap((names) => [...names]),
];

/**
 * All files that came to be by a rename or a link below `folder`, and the folders that were made. Each file must have
 * been written under another name and synced after its last write, or have been in its place for good before; and the
 * next thing to be changed must be its folder, which is synced.
 */
export function arrivalsIn(calls: readonly Call[], folder: string): Arrival[] {
  const made = calls.filter(({ result, paths, name }) =>
    result === "0" && isBelow(folder, paths.at(-1)) &&
    (RENAMES.has(name) || LINKS.has(name) || MKDIRS.has(name))
  );
  const durable = new Set<string>();
  return made.map((arrival) => {
    const path = arrival.paths.at(-1)!;
    const place = calls.indexOf(arrival);
    const before = calls.slice(0, place);
    const next = calls.slice(place + 1).find((call) =>
      call.thread === arrival.thread && changes(call, folder)
    );
    const lapses = [
      ...MKDIRS.has(arrival.name) || durable.has(arrival.paths[0]) ? [] : lapsesOf(arrival.paths[0], before),
      ...isSyncOf(dirname(path), next)
        ? []
        : [`then ${next?.name ?? "nothing"} instead of an fsync of its folder`],
    ];
    durable.add(path);
    return { path, lapses };
  });
}

/** The files below `folder` that were opened to be written under a name that is not hidden, or cut. */
export function writtenInPlaceIn(calls: readonly Call[], folder: string): string[] {
  return writtenIn(calls, folder).filter((path) => !basename(path).startsWith(".unfinished-"));
}

/** The files below `folder` that were opened to be written, or cut. */
export function writtenIn(calls: readonly Call[], folder: string): string[] {
  const opened = calls.filter(({ name, args, result, paths }) => {
    const writes = name === "creat" || name === "ftruncate" || /O_WRONLY|O_RDWR|O_TRUNC/.test(args);
    const changesNothing = !["openat", "creat", "ftruncate"].includes(name) || result?.startsWith("-1");
    return writes && !changesNothing && isBelow(folder, paths[0]);
  });
  return [...new Set(opened.map(({ paths }) => paths[0]))].sort();
}

/** What lacks of a file at `path`, which is about to be moved: new, hidden, written, and synced after that. */
function lapsesOf(path: string, before: readonly Call[]): string[] {
  const onIt = before.filter(({ paths }) => paths[0] === path);
  const opening = onIt.findLastIndex(({ name, args }) => name === "openat" && args.includes("O_CREAT"));
  if (opening < 0) return ["it was not made by this run"];
  const written = onIt.findLastIndex(({ name }) => WRITES.has(name));
  const synced = onIt.findLastIndex(({ name, result }) => SYNCS.has(name) && result === "0");
  return [
    ...onIt[opening].args.includes("O_EXCL") ? [] : ["it may have been there before"],
    ...written > opening ? [] : ["nothing was written"],
    ...synced > written ? [] : ["it was not synced after its last write"],
  ];
}

function isSyncOf(folder: string, call: Call | undefined): boolean {
  return call !== undefined && SYNCS.has(call.name) && call.result === "0" && call.paths[0] === folder;
}

/** Whether a call changes something below `folder`, or syncs it. */
function changes({ name, args, paths }: Call, folder: string): boolean {
  if (name === "openat" && !args.includes("O_CREAT") && !args.includes("O_TRUNC")) return false;
  return paths.some((path) => path === folder || isBelow(folder, path));
}

function isBelow(folder: string, path: string | undefined): boolean {
  return path !== undefined && path.startsWith(`${folder}/`);
}
