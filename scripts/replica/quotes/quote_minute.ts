import type { Random } from "../random.ts";
import { PublicationClock, SLOTS_OF_MINUTE, TimeText } from "../publication.ts";
import type { Book, Prices, QuoteLine } from "./book.ts";
import { depthRow } from "./depth.ts";
import { madeOdd, tidy } from "./odd_quotes.ts";
import { type Quote, quoteOf } from "./quote.ts";
import type { Shape } from "./shapes.ts";
import { quoteWriter } from "./quote_wire.ts";

/** What the minutes of a day have in common. */
export interface QuoteFrame {
  readonly service: string;
  readonly shape: Shape;
  readonly book: Book;
  readonly isOdd: boolean;
}

/** A minute to make: `seconds` since 1970 UTC at its start, and how many rows its file has. */
export interface QuoteMinuteFrame {
  readonly seconds: number;
  readonly rows: number;
  readonly name: string;
  /** Whether all bonds are withdrawn in it, as at 17:30 in Frankfurt. */
  readonly withdrawsBonds: boolean;
}

/** The content of a minute's file. */
export interface QuoteMinute {
  /** The rows of the top of the book as they must be stored, duplicates included. */
  readonly quotes: readonly Quote[];
  readonly depthRows: number;
  readonly ndjson: Uint8Array<ArrayBuffer>;
}

/** Parts of the updates: a side that is withdrawn, both of them, one that is indicative, and a burst of updates. */
const WITHDRAWN = 0.01;
const INDICATIVE = 0.03;
const BURST = 0.05;
const LONGEST_BURST = 8;
/** The mean number of rows of an update, bursts included. */
const ROWS_OF_UPDATE = 1 + BURST * LONGEST_BURST / 2;
/** Phases of T7: continuous trading, and, of one row in fifty, the call of an intraday auction. */
const [CONTINUOUS, AUCTION] = [203, 206];
const IN_AUCTION = 0.02;

/** A minute being made: its rows are published one after the other, spread over it. */
class Minute {
  made = 0;
  readonly #clock: PublicationClock;

  constructor(readonly seconds: number, readonly rows: number, random: Random) {
    this.#clock = new PublicationClock(rows, random);
  }

  /** When the next row is published, in microseconds after the minute's start. */
  next(): number {
    return this.#clock.next(Math.floor(SLOTS_OF_MINUTE * this.made++ / this.rows));
  }
}

/** A file being made; with `random` its rows also have oddities that a service may send. */
class FileText {
  readonly #quotes: Quote[] = [];
  readonly #lines: string[] = [];
  #depthRows = 0;

  constructor(
    readonly name: string,
    readonly write: ReturnType<typeof quoteWriter>,
    readonly random: Random | null,
  ) {}

  put(usual: Quote): void {
    const { quote, quirks, times } = this.random === null
      ? tidy(usual)
      : madeOdd(usual, this.name, this.random);
    const line = this.write(quote, quirks);
    for (let i = 0; i < times; i++) {
      this.#quotes.push(quote);
      this.#lines.push(line);
    }
  }

  putDepth(line: string): void {
    this.#lines.push(line);
    this.#depthRows++;
  }

  made(): QuoteMinute {
    const blank = this.random?.chance(0.3) ? "\n" : "";
    const text = this.#lines.map((line) => `${line}\n`).join("") + blank;
    return { quotes: this.#quotes, depthRows: this.#depthRows, ndjson: new TextEncoder().encode(text) };
  }
}

/** Makes the minutes of a day one after the other. */
export class QuoteMinuteMaker {
  readonly #frame: QuoteFrame;
  readonly #random: Random;
  readonly #times = new TimeText();
  readonly #write: ReturnType<typeof quoteWriter>;

  constructor(frame: QuoteFrame) {
    this.#frame = frame;
    this.#random = frame.book.random;
    this.#write = quoteWriter(frame.shape);
  }

  /** The next minute's rows; at least one for each bond that is withdrawn. */
  make({ seconds, rows, name, withdrawsBonds }: QuoteMinuteFrame): QuoteMinute {
    const bonds = withdrawsBonds ? this.#frame.book.quotedBonds() : [];
    const count = Math.max(rows, bonds.length);
    const minute = new Minute(seconds, count, this.#random);
    const file = new FileText(name, this.#write, this.#frame.isOdd ? this.#random : null);
    for (const bond of bonds) file.put(this.#withdrawal(bond, minute));
    const { depth } = this.#frame.shape;
    const depthChance = depth * ROWS_OF_UPDATE / (1 - depth + depth * ROWS_OF_UPDATE);
    while (minute.made < count) {
      if (this.#random.chance(depthChance)) file.putDepth(this.#depth(minute));
      else for (const quote of this.#updates(count - minute.made, minute)) file.put(quote);
    }
    return file.made();
  }

  /** One update of a line, or a burst of several. */
  #updates(most: number, minute: Minute): Quote[] {
    const place = this.#frame.book.draw();
    const count = this.#random.chance(BURST) ? 2 + this.#random.below(LONGEST_BURST - 1) : 1;
    return Array.from({ length: Math.min(most, count) }, () => this.#update(place, minute));
  }

  #update(place: number, minute: Minute): Quote {
    const { book, shape } = this.#frame;
    const random = this.#random;
    const sides = this.#sides(book.next(place), random.next());
    const phase = shape.phase === "absent" ? null : random.chance(IN_AUCTION) ? AUCTION : CONTINUOUS;
    return { ...this.#about(book.lines[place], minute), ...sides, phase };
  }

  #withdrawal(place: number, minute: Minute): Quote {
    const gone = { bid: 0, bid_quantity: 0, ask: 0, ask_quantity: 0, phase: 202 };
    return { ...this.#about(this.#frame.book.lines[place], minute), ...gone };
  }

  /** Both sides, or the changed one; `chance` decides which are withdrawn and which are indicative. */
  #sides({ bid, ask }: Prices, chance: number): Partial<Quote> {
    const random = this.#random;
    const quantity = () => (1 + random.below(50)) * 10;
    const shownBid = chance < WITHDRAWN ? 0 : bid;
    const shownAsk = chance < WITHDRAWN / 4 || chance > 1 - WITHDRAWN ? 0 : ask;
    const isIndicative = random.chance(INDICATIVE);
    const bidSide = { bid: shownBid, bid_quantity: shownBid === 0 || isIndicative ? 0 : quantity() };
    const askSide = { ask: shownAsk, ask_quantity: shownAsk === 0 || isIndicative ? 0 : quantity() };
    const one = this.#frame.shape.sides === "changed" ? random.below(10) : 9 - random.below(50);
    if (one < 0 || one === 9) return { ...bidSide, ...askSide };
    return one % 2 === 0 ? bidSide : askSide;
  }

  /** The other columns of a row; null where the service does not send them. */
  #about(line: QuoteLine, minute: Minute): Quote {
    const { shape } = this.#frame;
    const micros = minute.next();
    const has = (column: keyof Quote) => shape.fields.some(([, filled]) => filled === column);
    return quoteOf({
      isin: line.instrument.isin,
      time: this.#updated(minute, micros),
      price_currency: has("price_currency") ? line.currency : null,
      execution_venue: has("execution_venue") ? line.instrument.mic : null,
      trading_system: shape.system,
      price_notation: has("price_notation") ? (line.isBond ? 2 : 1) : null,
      distribution_time: has("distribution_time") ? this.#times.write(minute.seconds, micros * 1000) : null,
      contract_date: line.contract,
      contract_type: line.contract === null ? null : "S",
    });
  }

  /** Some time before its publication, mostly a moment: the times of a file are in no order. */
  #updated({ seconds }: Minute, micros: number): string {
    const random = this.#random;
    const ago = Math.floor(random.chance(0.01) ? random.exponential(60e9) : random.exponential(150e6));
    const nanos = micros * 1000 + random.below(1000) - ago;
    return this.#times.write(
      seconds,
      this.#frame.shape.digits === 9 ? nanos : Math.floor(nanos / 1000) * 1000,
    );
  }

  #depth(minute: Minute): string {
    const { book, shape } = this.#frame;
    const place = book.draw();
    const time = this.#updated(minute, minute.next());
    return depthRow(
      { line: book.lines[place], prices: book.next(place), time, timeKey: shape.depthTime },
      this.#random,
    );
  }
}
