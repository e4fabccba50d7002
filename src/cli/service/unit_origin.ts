/** The first line of a unit that may be removed again. */
export const UNIT_MARK = "# Made by `xetra-parqed install-service`";

/** What in a unit depends on how it was installed. Lines include their line breaks. */
export interface UnitOrigin {
  /** Who made it, and who should change it. */
  readonly mark: string;
  readonly description: string;
  /** Settings before the command that starts the daemon. */
  readonly settings: string;
  /** Where the program keeps files that it needs to run. */
  readonly cache: string;
  /** A variable for that, placed after others. */
  readonly variable: string;
  /** Writable paths that may still be executed from. */
  readonly exception: string;
}

/**
 * A unit made by an administrator with `install-service`: for the compiled program, for the portable one, which unpacks
 * itself, and for the one run from source, whose packages lie in a cache.
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

/**
 * A unit from a package, which is configured by a file of variables. Its program is already unpacked and needs no
 * cache.
 */
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
