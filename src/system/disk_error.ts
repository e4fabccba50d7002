/** Linux error numbers that matter here and that Deno has no name for. */
const NAMES: Readonly<Record<string, string>> = {
  6: "ENXIO",
  19: "ENODEV",
  74: "EBADMSG",
  100: "ENETDOWN",
  112: "EHOSTDOWN",
  116: "ESTALE",
  117: "EUCLEAN",
};

/**
 * The form of the system's error codes; `ERR_INVALID_ARG_TYPE`, `Z_DATA_ERROR` and the numbers of an AbortSignal are
 * not among them.
 */
const OF_SYSTEM = /^(E[A-Z0-9]+|UNKNOWN)$/;

/** The prefix of what `errorCode` returns for an error without a name. */
const NUMBERED = "os error ";

/** The system's answers when a disk is broken or full, a folder is removed, or a path leads through a file. */
const REFUSALS: ReadonlySet<unknown> = new Set([
  // For a disk that is remote, or was unplugged.
  ...["ENXIO", "ENODEV", "ENETDOWN", "EHOSTDOWN", "EHOSTUNREACH", "ENOTCONN", "ESTALE", "ETIMEDOUT"],
  // For a disk that is full, broken, read-only, or cannot do it.
  ...["EDQUOT", "ENOSPC", "EIO", "EROFS", "ENOSYS", "ENOTSUP"],
  // For a path that leads to nothing, or to something else.
  ...["ENOENT", "EISDIR", "ENOTDIR"],
  // For too many open files.
  ...["EMFILE", "ENFILE"],
  "UNKNOWN", // from node's functions, for any error that they have no name for
]);

/**
 * The system's name for an error, such as `ENOSPC`, or `os error 37`; undefined when it is not an error of the system.
 */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && OF_SYSTEM.test(String(error.code))) return String(error.code);
  // Our own errors quote such a number in their message, but have other names.
  const [, number] = error.name === "Error" ? /^[^:(]*\(os error (\d+)\)/.exec(error.message) ?? [] : [];
  return number === undefined ? undefined : NAMES[number] ?? NUMBERED + number;
}

/** Why a file cannot be written, as far as the user can do something about it. */
export type Refusal = "full" | "read-only" | "no permission" | "not there" | "other";

/** Why the system refuses a file; the caller puts it into words and says what to do. */
export function refusalOf(error: unknown): Refusal {
  const code = errorCode(error);
  if (code === "ENOSPC" || code === "EDQUOT") return "full";
  if (code === "EROFS") return "read-only";
  if (isPermission(error)) return "no permission";
  return error instanceof Deno.errors.NotFound ? "not there" : "other";
}

/** The reason for a failure, in the words of the error. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Where an unexpected error came from, for the report of a bug. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

/** Whether the file system reports that it is damaged. */
export function isDiskDamaged(error: unknown): error is Error {
  return ["EBADMSG", "EUCLEAN"].includes(errorCode(error) ?? "");
}

/** Whether an error is the system's answer, and not a fault of the program. */
export function isRefusedBySystem(error: unknown): error is Error {
  const code = errorCode(error);
  return isPermission(error) || REFUSALS.has(code) || code?.startsWith(NUMBERED) === true;
}

/** Runs work that reads a file; adds the path to errors of the system. */
export function fromDisk<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withPath(path, error);
  }
}

/** Adds the path to an error of the system; returns other errors unchanged. */
export function withPath(path: string, error: unknown): unknown {
  if (errorCode(error) !== undefined && !(error as Error).message.includes(path)) {
    (error as Error).message += `: ${path}`;
  }
  return error;
}

function isPermission(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable;
}
