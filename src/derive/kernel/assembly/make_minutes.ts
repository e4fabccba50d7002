/** Makes bars of a minute, as `minute_bars.ts` and `bar_batches.ts` do. */
import {
  AUCTION_VOLUME,
  CLOSE,
  FIXINGS,
  HIGH,
  LOW,
  MOST_BARS,
  NATURES,
  NOTATIONS,
  OFF_BOOK_TRADES,
  OFF_BOOK_VOLUME,
  OPEN,
  PRICES,
  QUANTITIES,
  STARTS,
  TIMES,
  TRADES,
  TURNOVER,
  VOLUME,
  VWAP,
} from "./bars_memory";

export {
  AUCTION_VOLUME,
  CLOSE,
  FIXINGS,
  HIGH,
  LOW,
  MOST_BARS,
  MOST_ROWS,
  NATURES,
  NOTATIONS,
  OFF_BOOK_TRADES,
  OFF_BOOK_VOLUME,
  OPEN,
  PRICES,
  QUANTITIES,
  STARTS,
  TIMES,
  TRADES,
  TURNOVER,
  VOLUME,
  VWAP,
} from "./bars_memory";

const NANOS_PER_MINUTE: i64 = 60_000_000_000;
const MICROS_PER_MINUTE: i64 = 60_000_000;

/** The bits of a row's nature that matter here. */
const OFF_BOOK: u8 = 1;
const AUCTION: u8 = 2;
/** The price notation for percent of par. */
const PERCENT: f64 = 2;

let bars: i32 = 0;
/** When the bar ends that was begun last. */
let end: i64 = i64.MIN_VALUE;

/** How many bars there are. */
export function barsMade(): i32 {
  return bars;
}

/** Begins a line: its first row begins a bar. */
export function beginLine(): void {
  end = i64.MIN_VALUE;
}

/**
 * Sets what is known only when all rows of the bars were added: `VWAP`, where until then their sums of price × quantity
 * stand.
 */
export function finish(): void {
  for (let bar: usize = 0; bar < <usize> bars << 3; bar += 8) {
    const volume = load<f64>(VOLUME + bar);
    store<f64>(VWAP + bar, volume == 0 ? NaN : load<f64>(VWAP + bar) / volume);
  }
}

/** Makes room for other bars. */
export function clear(): void {
  bars = 0;
}

/**
 * Adds rows of the line, none of them earlier than those before. Returns the row at which a bar would have to begin for
 * which there is no room, or `to`.
 */
export function addRows(from: i32, to: i32): i32 {
  for (let row = from; row < to; row++) {
    const time = load<i64>(TIMES + (<usize> row << 3));
    if (time >= end) {
      if (bars == MOST_BARS) return row;
      beginBar(minuteOf(time));
    }
    addRow(<usize> (bars - 1) << 3, <usize> row << 3, load<u8>(NATURES + <usize> row));
  }
  return to;
}

function minuteOf(time: i64): i64 {
  const minute = time / NANOS_PER_MINUTE;
  return minute * NANOS_PER_MINUTE > time ? minute - 1 : minute;
}

function beginBar(minute: i64): void {
  end = (minute + 1) * NANOS_PER_MINUTE;
  const bar = <usize> bars << 3;
  bars++;
  store<i64>(STARTS + bar, minute * MICROS_PER_MINUTE);
  store<f64>(OPEN + bar, NaN);
  store<f64>(HIGH + bar, NaN);
  store<f64>(LOW + bar, NaN);
  store<f64>(CLOSE + bar, NaN);
  store<f64>(VOLUME + bar, 0);
  store<f64>(TURNOVER + bar, 0);
  store<f64>(VWAP + bar, 0);
  store<f64>(TRADES + bar, 0);
  store<f64>(FIXINGS + bar, 0);
  store<f64>(AUCTION_VOLUME + bar, 0);
  store<f64>(OFF_BOOK_VOLUME + bar, 0);
  store<f64>(OFF_BOOK_TRADES + bar, 0);
}

/** `bar` and `row` are offsets in their columns. */
function addRow(bar: usize, row: usize, nature: u8): void {
  const quantity = load<f64>(QUANTITIES + row);
  const hasQuantity = quantity == quantity && quantity != 0;
  if (nature & OFF_BOOK) {
    increase(OFF_BOOK_TRADES + bar, 1);
    if (hasQuantity) increase(OFF_BOOK_VOLUME + bar, quantity);
    return;
  }
  const price = load<f64>(PRICES + row);
  addPrice(bar, price);
  if (!hasQuantity) {
    increase(FIXINGS + bar, 1);
    return;
  }
  const amount = price * quantity;
  increase(TRADES + bar, 1);
  increase(VOLUME + bar, quantity);
  increase(VWAP + bar, amount);
  increase(TURNOVER + bar, load<f64>(NOTATIONS + row) == PERCENT ? amount / 100 : amount);
  if (nature & AUCTION) increase(AUCTION_VOLUME + bar, quantity);
}

function addPrice(bar: usize, price: f64): void {
  const open = load<f64>(OPEN + bar);
  if (open != open) {
    store<f64>(OPEN + bar, price);
    store<f64>(HIGH + bar, price);
    store<f64>(LOW + bar, price);
  } else if (price > load<f64>(HIGH + bar)) store<f64>(HIGH + bar, price);
  else if (price < load<f64>(LOW + bar)) store<f64>(LOW + bar, price);
  store<f64>(CLOSE + bar, price);
}

function increase(at: usize, by: f64): void {
  store<f64>(at, load<f64>(at) + by);
}
