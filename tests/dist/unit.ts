/** The units as they are shipped, and as systemd would read them. */
export const UNITS = ["xetra-parqed@.service", "xetra-parqed.service"] as const;
export type UnitFile = typeof UNITS[number];

/** Starts the program from its source; stands in the units for the one in /usr/local/bin. */
export const LAUNCHER: string = new URL("../../dist/from-source/xetra-parqed", import.meta.url).pathname;

/** The text of a unit. */
export function shippedUnit(file: UnitFile): string {
  return Deno.readTextFileSync(new URL(`../../dist/systemd/${file}`, import.meta.url));
}

/** The same, with the program of this checkout. */
export function unitHere(file: UnitFile): string {
  return withLauncher(shippedUnit(file));
}

/** A unit with the program of this checkout, even when that lies in a home directory. */
export function withLauncher(unit: string): string {
  return unit.replace("/usr/local/bin/xetra-parqed", LAUNCHER);
}

/** The value of a setting that a unit gives once. */
export function setting(unit: string, name: string): string {
  const [value, ...more] = unit.split("\n").filter((line) => line.startsWith(`${name}=`));
  if (value === undefined || more.length > 0) throw new Error(`the unit does not say ${name}= once`);
  return value.slice(name.length + 1);
}

/** A unit's command line for an instance, with its directories in this folder, one name each. */
export function commandLine(file: UnitFile, instance: string, folder: string): string[] {
  return setting(unitHere(file), "ExecStart").split(" ").map((word) =>
    word.replaceAll("%i", instance).replaceAll(/\$\{(\w+)_DIRECTORY\}/g, `${folder}/$1`)
      .replace("/var/lib/xetra", `${folder}/STATE`)
  );
}

/** The variables that a unit gives the program. */
export function environment(file: UnitFile): Record<string, string> {
  return Object.fromEntries(
    setting(shippedUnit(file), "Environment").split(" ").map((pair) => pair.split("=")),
  );
}
