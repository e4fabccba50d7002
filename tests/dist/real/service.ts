/** The service in a machine, as a user installs it by the pages. */
import assert from "node:assert/strict";
import { makePortable } from "../../../scripts/release/portable.ts";
import { BIN } from "../../../scripts/release/product.ts";
import { filesBelow } from "../../e2e/disk.ts";
import { duckdb } from "../../e2e/harness.ts";
import { awaited, type Ended, type Machine } from "./machine.ts";

export const UNIT = "xetra-parqed";
export const PROGRAM = "/usr/local/bin/xetra-parqed";
export const VENUES = ["DETR", "DFRA", "DGAT", "DEUR"];
export const DATA = "/var/lib/xetra";

/** Puts the portable program where the pages have it. */
export async function installProgram({ root }: Machine): Promise<void> {
  Deno.copyFileSync((await makePortable(BIN)).toString(), root + PROGRAM);
  Deno.chmodSync(root + PROGRAM, 0o755);
}

/**
 * Gives the service additional settings, as `systemctl edit` would: where its exchange is, and short times for its
 * watchdog and its next start.
 */
export function setUp({ root }: Machine, apiUrl: string, unit: string = UNIT): void {
  const folder = `${root}/etc/systemd/system/${unit}.service.d`;
  Deno.mkdirSync(folder, { recursive: true });
  const settings = [`Environment=XETRA_PARQED_API_URL=${apiUrl}`, "WatchdogSec=6", "RestartSec=1"];
  Deno.writeTextFileSync(`${folder}/override.conf`, ["[Service]", ...settings, ""].join("\n"));
}

/** Runs a line of a page, which must end with 0, or with one of these codes. */
export async function follow(machine: Machine, line: string, ...codes: readonly number[]): Promise<Ended> {
  const ended = await machine.shell(line);
  const { code, stdout, stderr } = ended;
  assert.ok(code === 0 || codes.includes(code), `${line}: ${code}\n${stdout}${stderr}`);
  return ended;
}

/** The properties of a unit in systemd. */
export function show(machine: Machine, property: string, unit: string = UNIT): Promise<string> {
  return machine.run("systemctl", "show", `--property=${property}`, "--value", unit);
}

/** Waits until the properties of a unit are like this. Throws when that does not happen. */
export async function becomes(
  machine: Machine,
  property: string,
  wanted: RegExp,
  unit: string = UNIT,
): Promise<void> {
  let value = "";
  try {
    await awaited(async () => wanted.test(value = await show(machine, property, unit)) ? true : null);
  } catch {
    assert.match(value, wanted, `${property} of ${unit}`);
  }
}

/** The commands that an installation says come next. */
export function printedIn({ stdout }: Ended): string[] {
  return stdout.split("\n").filter((line) => line.startsWith("  ")).map((line) => line.trim());
}

/** Waits until trades of all these venues are stored, as DuckDB reads them. */
export async function storesTrades({ root }: Machine, venues: readonly string[] = VENUES): Promise<void> {
  using database = await duckdb();
  const trades = `${root}${DATA}/data/de/xetra/trades`;
  await awaited(async () => {
    if (!filesBelow(trades).some((path) => path.endsWith("/trades.parquet"))) return null;
    const rows = await database.rows(`SELECT DISTINCT venue FROM '${trades}/*/*/*/*/trades.parquet'`);
    return rows.length === venues.length ? true : null;
  });
}
