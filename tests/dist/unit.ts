/** The unit as it is shipped, and as systemd would read it. */
const UNIT = new URL("../../dist/systemd/xetra-parqed@.service", import.meta.url);

/** Starts the program from its source; stands in the unit for the one in /usr/local/bin. */
export const LAUNCHER: string = new URL("../../dist/from-source/xetra-parqed", import.meta.url).pathname;

/** The unit's text, with the program that is here. */
export function unitText(): string {
  return Deno.readTextFileSync(UNIT).replace("/usr/local/bin/xetra-parqed", LAUNCHER);
}

/** The value of a setting that the unit gives once. */
export function setting(name: string): string {
  const [value, ...more] = unitText().split("\n").filter((line) => line.startsWith(`${name}=`));
  if (value === undefined || more.length > 0) throw new Error(`the unit does not say ${name}= once`);
  return value.slice(name.length + 1);
}

/** The unit's command line for an instance, with its directories in this folder, one name each. */
export function commandLine(instance: string, folder: string): string[] {
  return setting("ExecStart").split(" ").map((word) =>
    word.replaceAll("%i", instance).replaceAll(/\$\{(\w+)_DIRECTORY\}/g, `${folder}/$1`)
  );
}
