import type { ActiveHours } from "../daemon/active_hours.ts";
import type { Interval } from "../daemon/interval.ts";
import type { QuotaLimit } from "../feed/quota.ts";

/** Least levels of the log, as the command line names them. */
export const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"] as const;

/** Options that hold for every command, before and after its name. */
export interface GlobalOptions {
  readonly wrkDir: string;
  readonly logLevel: typeof LEVELS[number];
  readonly logFile?: string;
  /** Bytes; `Infinity` leaves the rotation to others. */
  readonly logRotateSize?: number;
  readonly logKeepDays?: number;
  readonly quiet?: true;
  readonly systemTimezone?: string;
}

/** Options of the commands that ask the exchange. */
export interface ExchangeOptions {
  readonly apiUrl?: URL;
}

export interface JsonOption {
  readonly json?: true;
}

export interface CleanupOptions extends JsonOption {
  /** The files of so many dates stay; 0 keeps none for its age. */
  readonly keepDays: number;
  readonly dryRun?: boolean;
}

/** Which months are consolidated: one, default the last that has ended, or all. */
export interface MonthOptions {
  /** `2026-09`. */
  readonly month?: string;
  readonly all?: true;
  /** Also those that are not whole, without a question. */
  readonly yes?: true;
}

export interface FetchOptions extends ExchangeOptions, JsonOption {
  readonly store: boolean;
  readonly reconcile: boolean;
  readonly quota?: QuotaLimit;
  readonly quotaFile?: string;
  readonly marketTimezone?: string;
}

/** Options of `verify`; without a date or month it is everything. */
export interface VerifyOptions extends ExchangeOptions, JsonOption {
  readonly date?: string;
  readonly month?: string;
  readonly repair?: true;
  readonly quotaFile?: string;
}

/** Options of `reprocess`. */
export interface ReprocessOptions extends JsonOption {
  readonly date?: string;
  readonly force?: true;
  /** Names of raw files that shall not be told any more. */
  readonly accept?: readonly string[];
}

/** Options of `adopt`. */
export interface AdoptOptions extends JsonOption {
  /** The predecessor's working directory, where that is another than ours. */
  readonly from?: string;
  readonly dryRun?: true;
  readonly deleteOriginals?: true;
}

/** Options of `fetch-trades` that a daemon obeys. */
export interface DaemonOptions extends GlobalOptions, ExchangeOptions {
  readonly daemon?: true;
  readonly reconcile: boolean;
  readonly quota?: QuotaLimit;
  readonly quotaFile?: string;
  readonly marketTimezone?: string;
  readonly interval?: Interval;
  readonly activeHours?: ActiveHours;
  /** A cron expression. */
  readonly schedule?: string;
  readonly skipNonTradingDays?: true;
  readonly pidFile?: string;
}

/** Options of `install-service`, as far as they say what to do, not what the service is. */
export interface InstallOptions {
  /** Below it lies an image of a machine. */
  readonly root?: string;
  readonly dryRun?: boolean;
  readonly print?: true;
}

export type UninstallOptions = Pick<InstallOptions, "root" | "dryRun">;
