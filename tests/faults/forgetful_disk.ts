/**
 * A disk that forgets what was not synced: it follows the calls of a run, and tells what a power loss may leave at any
 * moment. Stricter than the file systems of today: a name is durable once its folder has been synced, content once its
 * file has, and nothing else makes them so.
 */
import { dirname, join, relative } from "node:path";
import type { Call } from "./trace.ts";

/** The calls that change names. */
const NAMING: readonly string[] = [
  ...["rename", "renameat", "renameat2", "link", "linkat", "mkdir", "mkdirat"],
  ...["unlink", "unlinkat", "rmdir"],
];

/** The calls that it follows, with the bytes that they write (`strace -s`). */
export const DISK_CALLS: readonly string[] = [
  ...["openat", "lseek", "read", "write", "pwrite64", "ftruncate", "fsync", "fdatasync"],
  ...NAMING,
];

/** What lies below a folder: the content of each file by its path; null for a folder. */
export type Content = ReadonlyMap<string, Uint8Array | null>;

/** How much of what was not synced is lost. */
export const LOSSES = ["everything", "content", "everything but removals"] as const;
export type Loss = typeof LOSSES[number];

/** A file or folder, whatever its name. */
interface Inode {
  readonly isFolder: boolean;
  content: Uint8Array;
  synced: Uint8Array;
}

/** A change of names that is not durable yet. */
interface Change {
  /** The name that comes or goes: its folder must be synced. */
  readonly path: string;
  /** The name that it had before; null when it is not moved. */
  readonly from: string | null;
  readonly isRemoval: boolean;
  apply(names: Map<string, Inode>): void;
}

interface Opened {
  readonly inode: Inode;
  position: number;
}

export class ForgetfulDisk {
  readonly #names = new Map<string, Inode>();
  readonly #durable: Map<string, Inode>;
  readonly #opened = new Map<string, Opened>();
  #pending: Change[] = [];

  /** A disk on which `content` is durable, below a folder. */
  constructor(readonly root: string, content: Content) {
    this.#names.set(root, inodeOf(null));
    for (const [path, bytes] of content) this.#names.set(join(root, path), inodeOf(bytes));
    this.#durable = new Map(this.#names);
  }

  /** Follows a call; false when it changes nothing here. Throws when it is not known what it changes. */
  follow({ name, args, paths, result }: Call): boolean {
    const value = Number(/^-?\d+/.exec(result ?? "-1")?.[0]);
    if (!(value >= 0)) return false;
    if (name === "openat") return this.#open(String(value), paths[0], args);
    if (NAMING.includes(name)) return this.#isBelow(paths.at(-1)!) && this.#rename(name, paths);
    const opened = this.#opened.get(/^\d+/.exec(args)![0]);
    return opened !== undefined && this.#use(opened, name, args, paths[0], value);
  }

  #use(opened: Opened, name: string, args: string, path: string, value: number): boolean {
    switch (name) {
      case "lseek":
        opened.position = value;
        return false;
      case "read":
        opened.position += value;
        return false;
      case "write":
        this.#writeAt(opened.inode, opened.position, writtenBy(args).subarray(0, value));
        opened.position += value;
        return true;
      case "pwrite64":
        return this.#writeAt(opened.inode, lastNumberOf(args), writtenBy(args).subarray(0, value));
      case "ftruncate":
        return this.#cut(opened.inode, lastNumberOf(args));
      case "fsync":
      case "fdatasync":
        return this.#sync(opened.inode, path);
      default:
        throw new Error(`what a power loss leaves after ${name} is not known`);
    }
  }

  #rename(name: string, [path, target]: readonly string[]): boolean {
    switch (name) {
      case "mkdir":
      case "mkdirat":
        return this.#add(path, inodeOf(null));
      case "link":
      case "linkat":
        return this.#add(target, this.#at(path));
      case "rename":
      case "renameat":
      case "renameat2":
        return this.#move(path, target);
      default:
        return this.#remove(path);
    }
  }

  /** What a process finds now. */
  content(): Content {
    return this.#below(this.#names, ({ content }) => content);
  }

  /** What a power loss leaves now. */
  after(loss: Loss): Content {
    const names = loss === "content" ? this.#names : new Map(this.#durable);
    if (loss === "everything but removals") {
      this.#pending.filter(({ isRemoval }) => isRemoval).forEach((change) => change.apply(names));
    }
    return this.#below(names, ({ synced }) => synced);
  }

  /** Without what is in folders that are not there. */
  #below(names: ReadonlyMap<string, Inode>, bytesOf: (inode: Inode) => Uint8Array): Content {
    const found = new Map<string, Uint8Array | null>([[".", null]]);
    for (const [path, inode] of [...names].sort(([a], [b]) => a < b ? -1 : 1)) {
      const name = relative(this.root, path);
      if (name !== "" && found.get(dirname(name)) === null) {
        found.set(name, inode.isFolder ? null : bytesOf(inode));
      }
    }
    found.delete(".");
    return found;
  }

  #open(descriptor: string, path: string, args: string): boolean {
    if (!this.#isBelow(path)) {
      this.#opened.delete(descriptor);
      return false;
    }
    const isNew = !this.#names.has(path);
    if (isNew) this.#add(path, inodeOf(new Uint8Array()));
    const inode = this.#at(path);
    if (args.includes("O_TRUNC")) inode.content = new Uint8Array();
    this.#opened.set(descriptor, { inode, position: args.includes("O_APPEND") ? inode.content.length : 0 });
    return isNew || args.includes("O_TRUNC");
  }

  #writeAt(inode: Inode, position: number, bytes: Uint8Array): boolean {
    const grown = new Uint8Array(Math.max(inode.content.length, position + bytes.length));
    grown.set(inode.content);
    grown.set(bytes, position);
    inode.content = grown;
    return true;
  }

  #cut(inode: Inode, length: number): boolean {
    const cut = new Uint8Array(length);
    cut.set(inode.content.subarray(0, length));
    inode.content = cut;
    return true;
  }

  #sync(inode: Inode, path: string): boolean {
    inode.synced = inode.content;
    if (!inode.isFolder) return true;
    const isSynced = (change: Change) => dirname(change.path) === path;
    const synced = this.#pending.filter(isSynced);
    synced.forEach((change) => change.apply(this.#durable));
    // What had been moved away has left its old folder, whether that was synced before or is later.
    const moved = new Map(synced.map((change) => [change.from, this.#pending.indexOf(change)]));
    this.#pending = this.#pending.filter((change, i) =>
      !isSynced(change) && !(i < (moved.get(change.path) ?? 0))
    );
    return true;
  }

  #add(path: string, inode: Inode): boolean {
    return this.#change({
      path,
      from: null,
      isRemoval: false,
      apply: (names) => void names.set(path, inode),
    });
  }

  #remove(path: string): boolean {
    return this.#change({ path, from: null, isRemoval: true, apply: (names) => void names.delete(path) });
  }

  /** In one step, as the journals of file systems have it: no power loss leaves both names, or none. */
  #move(from: string, to: string): boolean {
    const inode = this.#at(from);
    if (inode.isFolder) throw new Error(`${from}: what a power loss leaves of a moved folder is not known`);
    const apply = (names: Map<string, Inode>) => {
      names.delete(from);
      names.set(to, inode);
    };
    return this.#change({ path: to, from, isRemoval: false, apply });
  }

  #change(change: Change): boolean {
    change.apply(this.#names);
    this.#pending.push(change);
    return true;
  }

  #isBelow(path: string): boolean {
    return path === this.root || path.startsWith(`${this.root}/`);
  }

  #at(path: string): Inode {
    const inode = this.#names.get(path);
    if (inode === undefined) throw new Error(`${path} is not on the disk`);
    return inode;
  }
}

function inodeOf(bytes: Uint8Array | null): Inode {
  const content = bytes ?? new Uint8Array();
  return { isFolder: bytes === null, content, synced: content };
}

/** The bytes that strace shows of a write: `3</path>, "PAR1\25\0", 6`. */
function writtenBy(args: string): Uint8Array {
  const [, text] = /^[^"]*"((?:[^"\\]|\\.)*)", \d+/s.exec(args) ?? [];
  if (text === undefined) throw new Error(`what is written cannot be told from ${args.slice(0, 200)}`);
  const bytes: number[] = [];
  for (const [piece] of text.matchAll(/\\[0-7]{1,3}|\\.|[^\\]/gs)) bytes.push(byteOf(piece));
  return Uint8Array.from(bytes);
}

function lastNumberOf(args: string): number {
  return Number(/\d+$/.exec(args)![0]);
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", v: "\v", f: "\f" };

function byteOf(piece: string): number {
  if (piece.length === 1) return piece.charCodeAt(0);
  const code = piece.slice(1);
  return /^[0-7]/.test(code) ? parseInt(code, 8) : (ESCAPES[code] ?? code).charCodeAt(0);
}
