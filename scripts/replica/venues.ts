/** What is known of each venue's days: hours, how many trades, and how they are spread over the day. */

/** A venue of the replica. `opens` and `closes` are minutes of the day in Berlin, half open. */
export interface VenueModel {
  readonly opens: number;
  readonly closes: number;
  /** Trades of a usual day. */
  readonly trades: number;
  /** How many instruments trade. */
  readonly instruments: number;
  /** Trades a minute at these times in Berlin, linear between them; only the proportions matter. */
  readonly activity: readonly (readonly [clock: string, trades: number])[];
  /** Minutes that stand out (auctions, breaks), in place of `activity`. */
  readonly moments: ReadonlyMap<number, number>;
  /** The minutes in Berlin that carry auctions, in which many instruments trade once. */
  readonly auctions: ReadonlySet<number>;
}

/**
 * Xetra. From 14:31 in Berlin on: 201 minute files of 2025-11-04, means of a quarter of an hour each; the
 * morning was not recorded and follows the shape of the market with the same day's sum (370,000 to 535,000).
 * The closing auction is published at 17:35 and 17:36: 4,262 trades, 3,276 instruments in one minute.
 */
const XETRA: VenueModel = {
  opens: minuteOf("09:00"),
  closes: minuteOf("17:45"),
  trades: 440_000,
  instruments: 3_300,
  activity: [
    ["09:00", 1700],
    ["09:20", 1250],
    ["10:00", 1000],
    ["11:00", 850],
    ["12:30", 620],
    ["14:30", 500],
    ["15:00", 490],
    ["15:15", 580],
    ["15:29", 660],
    ["15:30", 1300],
    ["15:45", 1000],
    ["16:00", 920],
    ["16:25", 880],
    ["16:40", 780],
    ["17:10", 810],
    ["17:25", 1000],
    ["17:29", 1650],
  ],
  moments: moments({
    "09:00": 2600,
    "09:01": 2200,
    "09:02": 1900,
    "17:30": 194,
    "17:31": 0,
    "17:32": 0,
    "17:33": 0,
    "17:34": 0,
    "17:35": 821,
    "17:36": 3441,
    "17:37": 20,
    "17:38": 22,
    "17:39": 19,
    "17:40": 28,
    "17:41": 15,
    "17:42": 4,
    "17:43": 4,
    "17:44": 2,
  }),
  auctions: new Set(["17:35", "17:36"].map(minuteOf)),
};

/** The long-day retail markets have no recorded profile: an opening peak, the American opening, a quiet evening. */
const RETAIL_ACTIVITY: VenueModel["activity"] = [
  ["07:30", 500],
  ["08:00", 520],
  ["09:00", 760],
  ["09:30", 480],
  ["12:00", 300],
  ["15:29", 330],
  ["15:30", 640],
  ["16:30", 420],
  ["18:00", 260],
  ["22:00", 140],
];

const FRANKFURT: VenueModel = {
  opens: minuteOf("08:00"),
  closes: minuteOf("22:00"),
  trades: 60_000,
  instruments: 6_000,
  activity: RETAIL_ACTIVITY,
  moments: new Map(),
  auctions: new Set(),
};

/** What the replica knows about a venue; an unknown one is like Frankfurt. */
export function venueModel(venue: string): VenueModel {
  return MODELS.get(venue) ?? FRANKFURT;
}

const MODELS: ReadonlyMap<string, VenueModel> = new Map([
  ["DETR", XETRA],
  ["DFRA", FRANKFURT],
  ["DGAT", { ...FRANKFURT, opens: minuteOf("07:30"), trades: 319_000, instruments: 5_000 }],
  ["DEUR", {
    ...FRANKFURT,
    opens: minuteOf("02:15"),
    closes: minuteOf("22:05"),
    trades: 825_000,
    instruments: 700,
    activity: [
      ["02:15", 80],
      ["07:59", 150],
      ["08:00", 700],
      ["09:00", 1600],
      ["12:00", 800],
      ["15:30", 1800],
      ["17:30", 1200],
      ["22:00", 150],
    ],
  }],
]);

/** The weight of a minute of the day in Berlin; 0 when the venue is closed. */
export function activityAt(model: VenueModel, minute: number): number {
  if (minute < model.opens || minute >= model.closes) return 0;
  const moment = model.moments.get(minute);
  if (moment !== undefined) return moment;
  const next = model.activity.findIndex(([clock]) => minuteOf(clock) > minute);
  if (next < 0) return model.activity.at(-1)![1];
  const [after, before] = [model.activity[next], model.activity[Math.max(0, next - 1)]];
  const span = minuteOf(after[0]) - minuteOf(before[0]);
  const share = span === 0 ? 0 : (minute - minuteOf(before[0])) / span;
  return before[1] + share * (after[1] - before[1]);
}

function moments(at: Record<string, number>): ReadonlyMap<number, number> {
  return new Map(Object.entries(at).map(([clock, trades]) => [minuteOf(clock), trades]));
}

function minuteOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}
