/** What the manual says about variables and files. */
import { join } from "node:path";
import {
  DEFAULT_WORKING_DIRECTORY,
  LOG_DIRECTORY,
  UNIT_DIRECTORY,
  unitName,
} from "../../src/cli/service/service_unit.ts";
import { DATASETS, RAW } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { DOCS, SETTINGS } from "../package/places.ts";

/** Variables that are read, besides those that stand for an option. */
export const VARIABLES: readonly (readonly [name: string, meaning: string])[] = [
  ["HTTPS_PROXY, NO_PROXY", "the proxy by which the exchange is asked; this machine is never asked by it"],
  ["DENO_CERT", "a file of certificates to trust besides the usual ones, such as a firm's own"],
  ["DENO_TLS_CA_STORE", "system, to trust the certificates that the system trusts"],
  ["NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE", "whether the log has colors; without them it has at a terminal"],
  ["TZ", "time zone of the log, unless --system-timezone says another"],
  [
    "NOTIFY_SOCKET, WATCHDOG_USEC, JOURNAL_STREAM",
    "set by systemd: where a daemon reports to, how often, and where its log goes",
  ],
  ["XETRA_PARQED_CACHE", "of the portable program: the folder into which it unpacks itself"],
];

/** Files and folders of a service, by what they are. */
export function files(): [path: string, meaning: string][] {
  const layout = new Layout(DEFAULT_WORKING_DIRECTORY);
  return [
    [SETTINGS, "of a package: venues and options of the service"],
    [join(UNIT_DIRECTORY, unitName({ venues: [] })), "the unit that install-service writes"],
    ...DATASETS.map((
      dataset,
    ): [string, string] => [
      layout.venues(dataset),
      `${dataset.file}, one for each venue and ${dataset.grain}`,
    ]),
    [layout.venues(RAW), "the files of the exchange, as they came"],
    [layout.state, "locks, quota, status and metrics; no data"],
    [LOG_DIRECTORY, "the log of the service"],
    [DOCS, "of a package: the pages that say more than this one"],
  ];
}
