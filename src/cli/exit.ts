import { CannotGoOn } from "../daemon/cannot_go_on.ts";
import { NoRoomForQuotes } from "../collect/quotes/room.ts";
import { AlreadyRunning, CannotWritePidFile } from "../daemon/pid_file.ts";
import { ExchangeUnavailable } from "../feed/http/exchange_unavailable.ts";
import { CannotLog } from "../log/setup.ts";
import { DamagedFile } from "../store/damage.ts";
import { QuotaBusy } from "../store/state/quota_file.ts";
import { VenueBusy } from "../store/venue_lock.ts";
import { CannotWrite } from "../system/atomic.ts";
import { isDiskDamaged, isRefusedBySystem, stackOf } from "../system/disk_error.ts";
import { CannotInstall } from "./service/cannot_install.ts";
import { DEFAULT_USER } from "./service/service_user.ts";
import { CannotPrint } from "./terminal/cannot_print.ts";
import { Interruption } from "./terminal/interruption.ts";

/** The meanings of exit codes; from 64 as in sysexits.h, from 128 as the shell numbers signals. */
export const EXIT = {
  done: 0,
  /** Something stays pending or was set aside; the last lines of output say what. */
  inPart: 3,
  usage: 64,
  damagedData: 65,
  unavailable: 69,
  bug: 70,
  cannotWrite: 73,
  busy: 75,
} as const;

/** Errors that mean that another process holds something this one needs. */
const BUSY = [VenueBusy, AlreadyRunning, QuotaBusy];
/** Errors that mean that something cannot be written, or that the program's own files cannot be read. */
const CANNOT_WRITE = [
  ...[CannotWrite, CannotPrint, CannotLog, CannotWritePidFile, CannotInstall],
  ...[CannotGoOn, NoRoomForQuotes],
];

const TO_BE_LET_IN =
  `run this as its owner (sudo -u ${DEFAULT_USER} xetra-parqed ...) or as one of its group, ` +
  "or choose another --wrk-dir";

/** The exit code for a failure; an unexpected failure is a bug. */
export function exitCodeOf(failure: unknown): number {
  const error = firstOf(failure);
  if (error instanceof Interruption) return error.exitCode;
  if (error instanceof DamagedFile || isDiskDamaged(error)) return EXIT.damagedData;
  if (error instanceof ExchangeUnavailable) return EXIT.unavailable;
  if (BUSY.some((kind) => error instanceof kind)) return EXIT.busy;
  if (CANNOT_WRITE.some((kind) => error instanceof kind) || isRefusedBySystem(error)) return EXIT.cannotWrite;
  return EXIT.bug;
}

/** One line for an expected failure; for a bug the whole stack, and where to report it. */
export function messageOf(failure: unknown): string {
  const error = firstOf(failure);
  if (isDiskDamaged(error)) return `${error.message}; the file system is damaged: check it with fsck`;
  if (error instanceof Deno.errors.PermissionDenied) return `${error.message}; ${TO_BE_LET_IN}`;
  if (isRefusedBySystem(error)) {
    return `${error.message}; check its owner and its disk, or choose another --wrk-dir`;
  }
  if (exitCodeOf(error) !== EXIT.bug) return (error as Error).message;
  return `This is a bug in xetra-parqed, please report it with these lines: ${stackOf(error)}`;
}

/** What failed first: a disk that refuses to write often refuses as well to remove what was begun. */
function firstOf(failure: unknown): unknown {
  return failure instanceof SuppressedError ? firstOf(failure.suppressed) : failure;
}

/** The exit code for several venues: their common one, or else "in part". An interruption takes precedence. */
export function combinedExitCode(codes: readonly number[]): number {
  const interrupted = codes.find((code) => code >= 128);
  if (interrupted !== undefined) return interrupted;
  return codes.every((code) => code === codes[0]) ? codes[0] : EXIT.inPart;
}
