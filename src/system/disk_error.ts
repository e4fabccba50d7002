/** Linux' numbers of errors that are heeded here, and for which Deno has no name. */
const NAMES: Readonly<Record<string, string>> = {
  6: "ENXIO",
  19: "ENODEV",
  74: "EBADMSG",
  100: "ENETDOWN",
  112: "EHOSTDOWN",
  116: "ESTALE",
  117: "EUCLEAN",
};

/** How the system's codes look; `ERR_INVALID_ARG_TYPE`, `Z_DATA_ERROR` and the numbers of an AbortSignal are others'. */
const OF_SYSTEM = /^(E[A-Z0-9]+|UNKNOWN)$/;

/** Beginning of what `errorCode` says of an error without a name. */
const NUMBERED = "os error ";

/** What the system answers when a disk is broken or full, a folder is taken away, or a path leads through a file. */
const REFUSALS: ReadonlySet<unknown> = new Set([
  // Of a disk that is elsewhere, or was pulled out.
  ...["ENXIO", "ENODEV", "ENETDOWN", "EHOSTDOWN", "EHOSTUNREACH", "ENOTCONN", "ESTALE", "ETIMEDOUT"],
  ...[
    "EDQUOT",
    "EIO",
    "EISDIR",
    "EMFILE",
    "ENFILE",
    "ENOENT",
    "ENOSPC",
    "ENOSYS",
    "ENOTDIR",
    "ENOTSUP",
    "EROFS",
  ],
  "UNKNOWN", // of node's functions, for all that it has no name for
]);

/** What the system calls an error, such as `ENOSPC`, or `os error 37`; undefined when it is no error of the system. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && OF_SYSTEM.test(String(error.code))) return String(error.code);
  // Our own errors quote one in their message, but have names of their own.
  const [, number] = error.name === "Error" ? /^[^:(]*\(os error (\d+)\)/.exec(error.message) ?? [] : [];
  return number === undefined ? undefined : NAMES[number] ?? NUMBERED + number;
}

/** Why a file cannot be written, as far as there is something to do about it. */
export type Refusal = "full" | "read-only" | "no permission" | "not there" | "other";

/** Why the system refuses a file; the caller says it in words, and what to do. */
export function refusalOf(error: unknown): Refusal {
  const code = errorCode(error);
  if (code === "ENOSPC" || code === "EDQUOT") return "full";
  if (code === "EROFS") return "read-only";
  if (isPermission(error)) return "no permission";
  return error instanceof Deno.errors.NotFound ? "not there" : "other";
}

/** Why something failed, in the words of what was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the file system has found itself damaged. */
export function isDiskDamaged(error: unknown): error is Error {
  return ["EBADMSG", "EUCLEAN"].includes(errorCode(error) ?? "");
}

/** Whether an error is the answer of the system, and no fault of the program. */
export function isRefusedBySystem(error: unknown): error is Error {
  const code = errorCode(error);
  return isPermission(error) || REFUSALS.has(code) || code?.startsWith(NUMBERED) === true;
}

/** Runs work that reads a file: an error of the system gets the path. */
export function fromDisk<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withPath(path, error);
  }
}

/** An error of the system with the path added; any other as it is. */
export function withPath(path: string, error: unknown): unknown {
  if (errorCode(error) !== undefined && !(error as Error).message.includes(path)) {
    (error as Error).message += `: ${path}`;
  }
  return error;
}

function isPermission(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable;
}
