/** October 2026 at the replica, with its first trading day's hour before the month and the first trading day after it. */
import { type DaySpec, generateDay } from "../../scripts/replica/day.ts";
import { type Replica, type ReplicaOptions, startReplica } from "../../scripts/replica/server.ts";
import { tradingDays } from "../../scripts/replica/calendar.ts";
import { identityOf, type Trade } from "../../scripts/replica/trade.ts";
import { correction, ODD } from "../../scripts/replica/untidy.ts";
import { compressed, lineWriter } from "../../scripts/replica/wire.ts";

export const VENUES = ["DETR", "DFRA", "DGAT", "DEUR"];
/** Daylight saving time ends on the 25th, a Sunday; 2 November is the first trading day of the next month. */
const DATES = tradingDays("2026-10-01", 23);
/** Of its trading minutes two are before this moment, and two after it. */
export const MIDDLE = "2026-10-20T12:00";
const TRADES_A_DAY = 200;

/** Trades of the first day are corrected on the second one: over the change of the clocks, and over the month's end. */
const CORRECTED = [["2026-10-02", "2026-10-26"], ["2026-10-29", "2026-11-02"]] as const;
const CORRECTIONS_A_DAY = 6;
const CORRECTED_AT = "T16_30";

/** Trades of a UTC date that a later minute file corrects. */
interface Late {
  readonly venue: string;
  readonly date: string;
  readonly trades: readonly Trade[];
}

/** A replica that has the month; its truth holds the late corrections too. */
export async function startMonth(options: Omit<ReplicaOptions, "days"> = {}): Promise<Replica> {
  const days = VENUES.flatMap((venue) => DATES.map((date, i) => dayOf(venue, date, i)));
  const late = CORRECTED.flatMap(([of, on]) =>
    days.filter(({ date }) => date === of).map((day) => correctedLate(day, on))
  );
  const replica = await startReplica({ ...options, days, daily: true, files: new Map(late.map(fileOf)) });
  return { ...replica, writeTruth: (dir, except) => writeTruth(replica, late, dir, except) };
}

/** Minutes that move on from day to day, over auctions, and on the first day over midnight in UTC: the edge of the month. */
function dayOf(venue: string, date: string, index: number): DaySpec {
  const day = { venue, date, trades: TRADES_A_DAY, untidiness: ODD };
  if (index === 0) return { ...day, opens: 110, minutes: { from: -2, until: 2 } };
  const from = 458 + 20 * index;
  return { ...day, minutes: { from, until: from + 4 } };
}

function correctedLate(day: DaySpec, date: string): Late {
  const { venue } = day;
  const identified = [...generateDay(day)].flatMap(({ trades }) => trades)
    .filter(({ transaction_id }) => transaction_id !== null);
  const corrections = identified.map((trade, i) =>
    correction(trade, i % 2 === 0 ? "A" : "C", `${date}T16:30:00.${String(i).padStart(3, "0")}000000`)
  );
  const once = new Map(corrections.map((trade) => [identityOf(trade), trade]));
  return { venue, date, trades: [...once.values()].slice(0, CORRECTIONS_A_DAY) };
}

function fileOf({ venue, date, trades }: Late): [name: string, bytes: Uint8Array<ArrayBuffer>] {
  const write = lineWriter(venue, "2026-mifid");
  const lines = trades.map((trade) => `${write(trade, {})}\n`).join("");
  return [`${venue}-posttrade-${date}${CORRECTED_AT}.json.gz`, compressed(new TextEncoder().encode(lines))];
}

async function writeTruth(
  replica: Replica,
  late: readonly Late[],
  dir: string,
  except?: ReadonlySet<string>,
): Promise<string[]> {
  const paths = await replica.writeTruth(dir, except);
  for (const { venue, date, trades } of late) {
    const lines = trades.map((trade) => `${JSON.stringify(trade)}\n`).join("");
    Deno.writeTextFileSync(`${dir}/venue=${venue}/${date}.ndjson`, lines, { append: true });
  }
  return paths;
}
