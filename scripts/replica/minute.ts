import { columnsOf, type Phase } from "./columns.ts";
import { type Event, EventSource, SLOTS } from "./events.ts";
import { Executions } from "./executions.ts";
import type { Market } from "./market.ts";
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

/** Corrections follow their trade within so many minutes. */
const CORRECTED_WITHIN = 10;

/** Makes the minutes of a day one after the other, carrying over what one leaves to the next. */
export class MinuteMaker {
  readonly #day: DayFrame;
  readonly #events: EventSource;
  readonly #executions: Executions;
  readonly #times = new TimeText();
  #corrections: Correction[] = [];
  #repeats: Row[] = [];

  constructor(day: DayFrame) {
    this.#day = day;
    this.#events = new EventSource(day.model, day.market.random);
    this.#executions = new Executions(day.venue, day.date, day.market, this.#times);
  }

  /** The next minute's rows as they must be stored, and the bytes that say so. */
  make(minute: MinuteFrame): { trades: Trade[]; ndjson: Uint8Array<ArrayBuffer> } {
    const { untidiness, market, write } = this.#day;
    const rows = [...this.#repeated(minute.seconds), ...this.#published(minute)];
    const lines = rows.map(({ trade, quirks }) => write(trade, quirks));
    const ndjson = new TextEncoder().encode(fileText(lines, untidiness, market.random));
    return { trades: rows.map(({ trade }) => trade), ndjson };
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
    const { venue, era, untidiness, market: { random } } = this.#day;
    const at = { venue, era, phase: this.#phase(minute.berlinMinute), fileId: minute.name.slice(0, -8) };
    const publications = Array.from({ length: event.fills }, () => clock.next(event.slot));
    return this.#executions.of(event, minute.seconds, publications).map((execution) => {
      const row = roughened(columnsOf(execution, at, random), untidiness, random);
      this.#planCorrection(row, minute.seconds);
      return row;
    });
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
