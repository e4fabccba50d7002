import type { ActiveHours } from "../../daemon/active_hours.ts";
import type { Interval } from "../../daemon/interval.ts";
import type { QuotaLimit } from "../../feed/quota.ts";
import type { ExchangeOptions, GlobalOptions, JsonOption } from "./global_options.ts";

/** Options of `fetch-trades` for a single run. */
export interface FetchOptions extends ExchangeOptions, JsonOption {
  readonly store: boolean;
  readonly reconcile: boolean;
  readonly quota?: QuotaLimit;
  readonly quotaFile?: string;
}

/** Options of `fetch-trades` for a daemon. */
export interface DaemonOptions extends GlobalOptions, Omit<FetchOptions, "store" | "json"> {
  readonly daemon?: true;
  readonly marketTimezone?: string;
  readonly interval?: Interval;
  readonly activeHours?: ActiveHours;
  /** Whether stored bars are kept up to date. */
  readonly bars: boolean;
  /** The minimum time between two publications of a day. */
  readonly publishEvery?: Interval;
  /** A cron expression. */
  readonly schedule?: string;
  readonly skipNonTradingDays?: true;
  readonly pidFile?: string;
  /** The folder of the lake to be kept current. */
  readonly export?: string;
  /** Of these instruments quotes are stored, by `fetch-trades`. */
  readonly quotesIsin?: ReadonlySet<string>;
  /** The same by `fetch-quotes`. */
  readonly isin?: ReadonlySet<string>;
}
