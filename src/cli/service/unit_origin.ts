/** How a unit begins that may be taken away again. */
export const UNIT_MARK = "# Made by `xetra-parqed install-service`";

/** What of a unit depends on who brings it. Lines have their ends. */
export interface UnitOrigin {
  /** Who made it, and who changes it. */
  readonly mark: string;
  readonly description: string;
  /** What comes before the command that starts the daemon. */
  readonly settings: string;
  /** Where the program keeps what it needs to run. */
  readonly cache: string;
  /** A variable for that, after others. */
  readonly variable: string;
  /** What of the written is executed all the same. */
  readonly exception: string;
}

/**
 * An administrator's, by `install-service`: for the compiled program, for the portable one, which unpacks itself, and for
 * the one from source, which has its packages somewhere.
 */
export function installedByHand(subject: string): UnitOrigin {
  return {
    mark: `${UNIT_MARK}, which replaces it.`,
    description: `Description=Trades of Deutsche Börse, ${subject}\n`,
    settings: "",
    cache: `# Where the portable program unpacks itself, and the one from source keeps its packages.
CacheDirectory=xetra
CacheDirectoryMode=0750
`,
    variable: " XDG_CACHE_HOME=/var/cache/xetra",
    exception: ", but for what the program unpacks into its cache",
  };
}

/** A package's, which is set up in a file of variables. Its program lies unpacked, and needs no cache. */
export function ofPackage(settings: string): UnitOrigin {
  const say = `no venues yet: set VENUES in ${settings}, then: systemctl restart xetra-parqed`;
  return {
    mark: `# Of the package xetra-parqed: venues and options are in ${settings}.`,
    description: "Description=Trades of Deutsche Börse\nDocumentation=man:xetra-parqed(1)\n",
    settings: `EnvironmentFile=-${settings}
# Before somebody has chosen venues it is skipped, which is no failure, and says so.
ExecCondition=/bin/sh -c '[ -n "$$VENUES" ] || { echo "${say}"; exit 1; }'
`,
    cache: "",
    variable: "",
    exception: "",
  };
}
