/** The texts of packages: about themselves, and for the administrator who installs or removes them. */
import { DEFAULT_WORKING_DIRECTORY, LOG_DIRECTORY } from "../../src/cli/service/service_unit.ts";
import { DEFAULT_USER } from "../../src/cli/service/service_user.ts";
import { unitPath } from "../../src/cli/service/service_plan.ts";
import { NAME } from "../release/product.ts";
import { SETTINGS } from "./places.ts";

export { NAME };

export const SUMMARY = "collector of Deutsche Börse's trades, as Parquet";
/** Lines of fewer than 80 characters. */
export const DESCRIPTION: readonly string[] = [
  "Collects every trade that Deutsche Börse publishes (Xetra, Börse Frankfurt,",
  "Tradegate, Eurex) and keeps it as Parquet. The exchange deletes its files",
  "after a day; a daemon fetches what is missing, and loses nothing.",
];
export const MAINTAINER = "The xetra-parqed authors <xetra-parqed@noreply.invalid>";

/** The unit that an administrator has installed by hand: systemd prefers it to that of a package. */
const OLDER = unitPath({ venues: [] });

const FACTS: Readonly<Record<string, string>> = {
  OLDER,
  /** What comes after the first installation. */
  NEXT: `${NAME}: choose venues in ${SETTINGS}, then: systemctl enable --now ${NAME}`,
  SHADOWED: `${NAME}: ${OLDER} is used instead of the package's unit; ${NAME} uninstall-service removes it`,
  KEPT:
    `${NAME}: kept are data in ${DEFAULT_WORKING_DIRECTORY}, logs in ${LOG_DIRECTORY} and the user ${DEFAULT_USER}; ` +
    "delete them when you no longer need them",
};

/** A script that runs when a package is installed or removed, with its message: `debian/postinst`. */
export function scriptText(path: string): string {
  const script = Deno.readTextFileSync(new URL(path, import.meta.url));
  return Object.entries(FACTS).reduce((text, [name, fact]) => text.replaceAll(`@${name}@`, fact), script);
}
