import type { Flaw } from "../collect/flaws.ts";
import { type Repair, repairDay } from "../collect/repair.ts";
import { counted } from "../collect/tell.ts";
import { type Verification, verifyVenue } from "../collect/verify.ts";
import type { VerifiedDay } from "../collect/verify_day.ts";
import type { Venue } from "../feed/venue.ts";
import { EXIT } from "./exit.ts";
import { underLock } from "./maintenance_lock.ts";
import type { VerifyOptions } from "./settings.ts";
import type { Collaborators } from "./wiring.ts";

/** A venue's entry in the JSON document of `verify`; its flaws are those that are left after the repairs. */
export interface VerifiedVenue extends Verification {
  readonly repairs: readonly Repair[];
}

/** Reads back what is stored of a venue, and repairs it when that was asked for. */
export async function verify(
  venue: Venue,
  { date, month, repair }: VerifyOptions,
  tools: Collaborators,
  signal: AbortSignal,
): Promise<VerifiedVenue> {
  const isChosen = (day: string) => day.startsWith(date ?? month ?? "");
  const found = await verifyVenue(venue, isChosen, tools, signal);
  const damaged = [...new Set(found.flaws.filter(isMendable).map(({ date }) => date))];
  if (!repair || damaged.length === 0) return { ...found, repairs: [] };
  const repairs: Repair[] = [];
  const days: VerifiedDay[] = [];
  await underLock(venue, tools, signal, async (publisher) => {
    for (const date of damaged) {
      const mended = await repairDay(publisher, date, tools.clock.now());
      repairs.push(...mended.repairs);
      days.push(mended.day);
    }
  });
  return { ...withDays(found, days), repairs };
}

/** 65 when damage is left, 3 when trades are known to be missing or may be, else 0. */
export function verifiedCode({ flaws, repairs }: VerifiedVenue): number {
  if (flaws.some(({ gravity }) => gravity === "damage")) return EXIT.damagedData;
  const inPart = flaws.some(({ gravity }) => gravity === "incomplete") ||
    repairs.some((repair) => repair.kind === "rebuilt" && !repair.proven);
  return inPart ? EXIT.inPart : EXIT.done;
}

export function printVerification(verified: VerifiedVenue): void {
  const { venue, partitions, trades, rawFiles, dailyFiles, flaws, repairs } = verified;
  const count = (gravity: Flaw["gravity"]) => flaws.filter((flaw) => flaw.gravity === gravity).length;
  for (const repair of repairs) console.log(`${repair.date}  ${describeRepair(repair)}`);
  for (const { date, gravity, path, what, remedy } of flaws) {
    console.log(`${date}  ${gravity.toUpperCase()} ${path}: ${what}; ${remedy}`);
  }
  console.log(
    `${venue}: read back ${counted(partitions, "partition")} with ${counted(trades, "trade")}, ` +
      `${counted(rawFiles, "raw file")}, ${counted(dailyFiles, "daily file")} of the exchange: ` +
      `${count("damage")} damaged, ${count("incomplete")} incomplete, ${
        counted(count("warning"), "warning")
      }`,
  );
}

/** Whether a repair can do something about it. */
function isMendable({ kind }: Flaw): boolean {
  return kind === "damaged partition" || kind === "damaged raw file";
}

/** The verification with what is now known of some of its days. */
function withDays(found: Verification, days: readonly VerifiedDay[]): Verification {
  const dates = new Set(days.map(({ date }) => date));
  const stillTrue = found.flaws.filter(({ date, kind }) => !dates.has(date) || COMPARED.has(kind));
  const rebuilt = days.filter(({ partition }) => partition !== null);
  const damagedBefore = found.flaws.filter(({ kind }) => kind === "damaged partition").map(({ date }) =>
    date
  );
  const regained = rebuilt.filter(({ date }) => damagedBefore.includes(date));
  return {
    ...found,
    partitions: found.partitions + regained.length,
    trades: found.trades + regained.reduce((sum, { partition }) => sum + partition!.rows, 0),
    flaws: [...stillTrue, ...days.flatMap(({ flaws }) => flaws)].sort((a, b) => (a.date < b.date ? -1 : 1)),
  };
}

/** What was found by a daily file, not by the day's own. */
const COMPARED: ReadonlySet<Flaw["kind"]> = new Set(["trades missing", "not reconciled", "not compared"]);

function describeRepair(repair: Repair): string {
  switch (repair.kind) {
    case "rebuilt":
      return `REBUILT ${repair.path} with ${
        counted(repair.rows, "trade")
      }; the damaged file is ${repair.aside}` +
        (repair.proven ? "" : "; its ledger could not be read: whether these are all cannot be told");
    case "set aside":
      return `SET ASIDE ${repair.path} as ${repair.aside}`;
    case "left":
      return `LEFT ${repair.path} as it is: ${repair.reason}`;
  }
}
