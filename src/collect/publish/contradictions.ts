import { basename } from "node:path";
import { judgementOf, type Ledger } from "../../store/ledger.ts";
import type { Spool } from "../../store/spool/spool.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import { publishDaily } from "./publish_daily.ts";
import type { Finding } from "../findings.ts";
import { Inventory, spooledKey } from "../inventory.ts";
import type { Publisher } from "./publish.ts";

/**
 * The names of a venue's daily files that contradict the minute files and have not been accepted, oldest first. The
 * ledger of a file's own date records this, as long as its raw file is kept. Reads one footer for each date that has
 * such a raw file.
 */
export async function contradictionsOf(
  spool: Spool,
  inventory = new Inventory(spool.layout, spool.venue),
): Promise<string[]> {
  const names: string[] = [];
  for (const date of spool.dates()) {
    const dailies = spool.files(date).filter(({ file }) => file.kind === "daily");
    if (dailies.length === 0) continue;
    const { ledger } = await inventory.of(date);
    const withheld = dailies.filter((daily) => judgementOf(ledger.get(spooledKey(daily))) === "withheld");
    names.push(...withheld.map(({ path }) => basename(path)));
  }
  return names;
}

/** The daily files in a date's spool from which version 0.1.0 left something out, by a rule that no longer applies. */
export function unjudgedOf(spooled: readonly SpooledFile[], ledger: Ledger): SpooledFile[] {
  return spooled.filter((daily) => {
    const entry = ledger.get(spooledKey(daily));
    return daily.file.kind === "daily" && entry !== undefined && judgementOf(entry) === null;
  });
}

/** Publishes these files again, judged by today's rule. Throws as `publishDaily`. */
export async function publishUnjudged(
  publisher: Publisher,
  date: string,
): Promise<{ files: number; findings: Finding[] }> {
  const { spool } = publisher;
  const { spooled, ledger } = await new Inventory(spool.layout, spool.venue).of(date);
  const unjudged = unjudgedOf(spooled, ledger);
  const findings: Finding[] = [];
  for (const daily of unjudged) findings.push(...await publishDaily(publisher, daily, []));
  return { files: unjudged.length, findings };
}
