import type { MaintenanceTools } from "../collect/maintain/maintenance.ts";
import type { PreviewTools } from "../collect/fetch_preview.ts";
import { isTradingDay } from "../feed/calendar/holidays.ts";
import { apiBase, EXCHANGE_API } from "../feed/http/api.ts";
import { Exchange } from "../feed/http/client.ts";
import { type claim, EXCHANGE_QUOTA, Quota, type QuotaLimit } from "../feed/quota.ts";
import { claimOfTrades } from "../feed/quota_share.ts";
import { log } from "../log/log.ts";
import { Layout } from "../store/layout.ts";
import { QuotaFile } from "../store/state/quota_file.ts";
import { directOnThisMachine } from "./direct_fetch.ts";
import { Progress, type Screen } from "./terminal/progress.ts";
import { systemClock } from "../system/system_clock.ts";
import { Turns } from "../system/turns.ts";
import { terminal } from "./terminal/terminal.ts";
import { VERSION } from "./version.ts";

/** The options that decide how collaborators are constructed. */
export interface Choices {
  readonly wrkDir: string;
  readonly apiUrl?: URL;
  readonly quota?: QuotaLimit;
  readonly quotaFile?: string;
  readonly reconcile?: boolean;
}

/** What the commands need. */
export type Collaborators = MaintenanceTools & PreviewTools;

/**
 * What a cycle of trades works with. `screen` shows its progress (default: the terminal, if there is one); `onProgress`
 * is called whenever the cycle makes progress.
 */
export function wire(
  choices: Choices,
  screen: Screen | null = terminal.screen,
  onProgress: () => void = () => {},
): Collaborators {
  const layout = new Layout(choices.wrkDir);
  return assemble(
    choices,
    {
      layout,
      limit: choices.quota ?? EXCHANGE_QUOTA,
      noun: "trades",
      claimWith: (left) => (...asked) => claimOfTrades(...asked, left()),
    },
    screen,
    onProgress,
  );
}

/** What is collected, as far as it decides how. */
export interface Share {
  readonly layout: Layout;
  /** What the exchange grants to it; all share the quota's file. */
  readonly limit: QuotaLimit;
  /** What its rows are called while they are counted. */
  readonly noun: string;
  /** How it claims a request of the quota while `left()` files are still to be downloaded. */
  readonly claimWith: (left: () => number) => typeof claim;
}

/** The only place that constructs collaborators. */
export function assemble(
  choices: Choices,
  { layout, limit, noun, claimWith }: Share,
  screen: Screen | null,
  onProgress: () => void,
): Collaborators {
  const store = new QuotaFile(choices.quotaFile ?? layout.quotaFile(), systemClock);
  const turns = new Turns();
  let left = 0;
  const quota = new Quota(store, systemClock, limit, claimWith(() => left), onProgress);
  const exchange = new Exchange({
    base: choices.apiUrl ?? apiBase(EXCHANGE_API),
    fetch: directOnThisMachine(),
    clock: systemClock,
    quota,
    random: Math.random,
    onRetry: (what, reason) => {
      onProgress();
      log.debug(`${what}: ${reason}; once more`);
    },
  });
  const progress = new Progress(screen, systemClock.monotonic, (requests) => quota.estimate(requests), noun);
  terminal.attach(progress);
  return {
    exchange,
    layout,
    clock: systemClock,
    isTradingDay,
    reconcile: choices.reconcile ?? true,
    createdBy: `xetra-parqed ${VERSION}`,
    oneAtATime: (work) => turns.take(work),
    onPlanned: (_venue, files) => {
      left += files;
      progress.plan(files);
    },
    onOutcome: (_venue, outcome) => {
      left--;
      progress.count(outcome);
    },
    onProgress,
    secondsFor: (downloads) => Math.ceil(quota.estimate(downloads) / 1000),
  };
}
