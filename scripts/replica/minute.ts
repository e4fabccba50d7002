import { type Circumstances, columnsOf, type Phase } from "./columns.ts";
import { type Event, EventSource, SLOTS } from "./events.ts";
import { Executions } from "./executions.ts";
import type { Execution, Market } from "./market.ts";
import { makeOdd, withoutTime } from "./oddities.ts";
import { PublicationClock, TimeText } from "./publication.ts";
import type { Era, Trade } from "./trade.ts";
import { correction, fileText, roughened, type Row, type Untidiness } from "./untidy.ts";
import type { VenueModel } from "./venues.ts";
import type { Quirks } from "./wire.ts";

/** What the minutes of a day have in common. */
export interface DayFrame {
  readonly venue: string;
  readonly era: Era;
  readonly date: string;
  readonly model: VenueModel;
  readonly market: Market;
  readonly untidiness: Untidiness;
  readonly write: (trade: Trade, quirks: Quirks) => string;
}

export interface MinuteFrame {
  /** Its start, in seconds since 1970 UTC. */
  readonly seconds: number;
  readonly berlinMinute: number;
  readonly trades: number;
  readonly name: string;
}

interface Correction {
  /** The minute in which it is published, in seconds since 1970 UTC. */
  readonly due: number;
  readonly slot: number;
  readonly flag: "A" | "C";
  readonly row: Row;
}

/** Corrections follow their trade within this many minutes. */
const CORRECTED_WITHIN = 10;

/** Makes the minutes of a day one after the other, carrying over from one to the next. */
export class MinuteMaker {
  readonly #day: DayFrame;
  readonly #events: EventSource;
  readonly #executions: Executions;
  readonly #times = new TimeText();
  #corrections: Correction[] = [];
  #repeats: Row[] = [];
  /** The new trade before the next one in the same file, unless it is a twin itself. */
  #before: Trade | null = null;
  #fileId: string | null = null;

  constructor(day: DayFrame) {
    this.#day = day;
    this.#events = new EventSource(day.model, day.market.random);
    this.#executions = new Executions(day.venue, day.date, day.market, this.#times);
  }

  /** The next minute's rows as they must be stored, and its bytes. */
  make(minute: MinuteFrame): { trades: Trade[]; ndjson: Uint8Array<ArrayBuffer> } {
    const { untidiness, market, write } = this.#day;
    this.#before = null;
    this.#fileId = market.random.chance(untidiness.fileIds) ? minute.name.slice(0, -".json.gz".length) : null;
    const rows = this.#isLone(minute) ? this.#lone(minute) : this.#usual(minute);
    const lines = rows.map(({ trade, quirks }) => write(trade, quirks));
    const ndjson = new TextEncoder().encode(fileText(lines, untidiness, market.random));
    return { trades: rows.map(({ trade }) => trade), ndjson };
  }

  #isLone({ trades }: MinuteFrame): boolean {
    const { venue, untidiness: { loneRows }, market: { random } } = this.#day;
    return venue === "DGAT" && trades > 0 && random.chance(loneRows);
  }

  /** Only one row, without a time of trading; repeats and corrections that are due come later. */
  #lone(minute: MinuteFrame): Row[] {
    const { date, market: { random } } = this.#day;
    const [event] = this.#events.minute(1, minute.berlinMinute);
    const rows = this.#executed(event, new PublicationClock(1, random), minute);
    return rows.map((row) => withoutTime(row, date));
  }

  #usual(minute: MinuteFrame): Row[] {
    return [...this.#repeated(minute.seconds), ...this.#published(minute)];
  }

  /** Rows of the minute before that come again, unless it was on another UTC day. */
  #repeated(seconds: number): Row[] {
    const rows = seconds % 86_400 === 0 ? [] : this.#repeats;
    this.#repeats = [];
    return rows;
  }

  #published(minute: MinuteFrame): Row[] {
    const { market: { random }, untidiness } = this.#day;
    const events: (Event | Correction)[] = this.#events.minute(minute.trades, minute.berlinMinute);
    const rowCount = minute.trades + this.#addCorrections(events, minute.seconds);
    const clock = new PublicationClock(rowCount, random);
    const rows = events.flatMap((event) =>
      "row" in event ? this.#corrected(event, clock, minute.seconds) : this.#executed(event, clock, minute)
    );
    for (const row of rows) if (random.chance(untidiness.duplicates)) this.#repeats.push(row);
    return rows;
  }

  /** Puts the corrections that are due among the events, by slot; returns how many. */
  #addCorrections(events: (Event | Correction)[], seconds: number): number {
    const due = this.#corrections.filter((correction) => correction.due <= seconds);
    if (due.length === 0) return 0;
    this.#corrections = this.#corrections.filter((correction) => correction.due > seconds);
    events.push(...due);
    events.sort((a, b) => a.slot - b.slot);
    return due.length;
  }

  #corrected({ row, flag, slot }: Correction, clock: PublicationClock, seconds: number): Row[] {
    const published = this.#times.write(seconds, clock.next(slot) * 1000);
    return [{ trade: correction(row.trade, flag, published), quirks: row.quirks }];
  }

  #executed(event: Event, clock: PublicationClock, minute: MinuteFrame): Row[] {
    const publications = Array.from({ length: event.fills }, () => clock.next(event.slot));
    const at = this.#circumstances(minute);
    return this.#executions.of(event, minute.seconds, publications).map((execution) => {
      const row = this.#deviating(execution, at);
      this.#planCorrection(row, minute.seconds);
      return row;
    });
  }

  #deviating(execution: Execution, at: Circumstances): Row {
    const { venue, date, untidiness, market: { random } } = this.#day;
    const rough = roughened(columnsOf(execution, at, random), untidiness, random);
    const { row, isTwin } = makeOdd(rough, { venue, date, before: this.#before }, untidiness, random);
    this.#before = isTwin ? null : row.trade;
    return row;
  }

  #circumstances({ berlinMinute }: MinuteFrame): Circumstances {
    const { venue, era } = this.#day;
    return { venue, era, phase: this.#phase(berlinMinute), fileId: this.#fileId };
  }

  #planCorrection(row: Row, seconds: number): void {
    const { untidiness: { cancellations, amendments }, market: { random } } = this.#day;
    if (row.trade.transaction_id === null) return;
    const flag = random.chance(amendments) ? "A" : random.chance(cancellations) ? "C" : null;
    if (flag === null) return;
    const due = seconds + 60 * (1 + random.below(CORRECTED_WITHIN));
    this.#corrections.push({ due, slot: random.below(SLOTS), flag, row });
  }

  #phase(berlinMinute: number): Phase {
    const { auctions, opens } = this.#day.model;
    if (auctions.size === 0) return "main";
    if (auctions.has(berlinMinute)) return "auction";
    if (berlinMinute === opens) return "opening";
    return berlinMinute > Math.max(...auctions) ? "at close" : "main";
  }
}
