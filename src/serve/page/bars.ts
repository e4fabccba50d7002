import { useMemo } from "preact/hooks";
import type { VNode } from "preact";
import { questionOf, useAnswer } from "./ask.ts";
import { type Candle, Candles } from "./candles.ts";
import { counted } from "./format.ts";
import { html } from "./html.ts";
import { type BarRow, type Line, linesOf, tradesOf } from "./lines.ts";
import { addressOf } from "./place.ts";
import { Quotes } from "./quotes.ts";
import { Rows, type RowsAnswer } from "./rows.ts";

/** Stretches of time to look at: the width of their bars, and their days up to the last one. */
export const STRETCHES = {
  year: { interval: "1d", days: 365 },
  quarter: { interval: "1d", days: 92 },
  month: { interval: "1h", days: 31 },
  week: { interval: "15m", days: 7 },
  day: { interval: "1m", days: 1 },
} as const;
/** One of them. */
export type StretchName = keyof typeof STRETCHES;

interface BarsProps {
  readonly venue: string;
  readonly isin: string;
  readonly stretch: StretchName;
  readonly to: string | undefined;
  readonly other: string | undefined;
  readonly minute: string | undefined;
  /** The name of the line to draw; default the one with most trades. */
  readonly chosen: string | undefined;
  readonly cycles: number;
  readonly go: (more: Readonly<Record<string, string | undefined>>) => void;
}

/** The chart of an instrument, and its bars as a table. */
export function Bars({ venue, isin, stretch, to, other, minute, chosen, cycles, go }: BarsProps): VNode {
  const { interval, days } = STRETCHES[stretch];
  const from = to === undefined ? undefined : dateBefore(to, days - 1);
  const question = (venue: string) => questionOf("bars", { venue, isin, interval, from, to });
  const { answer, failure } = useAnswer<RowsAnswer>(question(venue), cycles);
  const elsewhere = useAnswer<RowsAnswer>(other ? question(other) : null, cycles).answer;
  const { lines, line, candles, compared } = useMemo(() => {
    const lines = linesOf(answer?.rows ?? []);
    const line = lines.find(({ name }) => name === chosen) ?? lines[0];
    const candles = (line?.bars ?? []).map(candleOf);
    const same = linesOf(elsewhere?.rows ?? []).find(({ name }) => name === line?.name);
    const others = new Map((same?.bars ?? []).map((bar) => [candleOf(bar).time, candleOf(bar).close]));
    const compared = other
      ? { venue: other, closes: candles.map(({ time }) => others.get(time) ?? null) }
      : null;
    return { lines, line, candles, compared };
  }, [answer, elsewhere, other, chosen]);
  const pick = ({ time }: Candle) => {
    const date = new Date(time * 1000).toISOString();
    if (interval === "1d" || interval === "1h") go({ isin, stretch: "day", to: date.slice(0, 10) });
    else go({ isin, stretch, to, minute: `${date.slice(0, 16)}Z` });
  };
  const newest = to ?? answer?.rows.at(-1)?.start?.toString().slice(0, 10);
  if (failure !== null) return html`<p role="alert">${failure}</p>`;
  return html`
    <section aria-label="Bars of ${isin}">
      <h2>${isin} on ${venue}, bars of ${interval}${line !== undefined && ` in ${line.name}`}</h2>
      ${answer === null && html`<p>Asking …</p>`}
      ${answer?.rows.length === 0 &&
        html`<p>No bars of it are stored here: xetra-parqed bars ${venue} brings them up to date.</p>`}
      ${lines.length > 1 && html`<${Choice} lines=${lines} shown=${line.name} go=${go} />`}
      ${candles.length > 0 &&
        html`
          <${Candles} candles=${candles} compared=${compared} isOfDays=${interval === "1d"} onPick=${pick} />
        `}
      ${elsewhere !== null && compared?.closes.every((close) => close === null) &&
        html`<p>${other} has no bars of it at these times.</p>`}
      <p class="row">${candles.length > 0 &&
        (interval === "1d" || interval === "1h"
          ? "Click on a candle to see its day."
          : "Click on a candle to see its trades.")}
        ${newest !== undefined && stretch === "day" && [-1, 1].map((step) =>
          html`
            <a href=${addressOf("charts", {
              venue,
              isin,
              with: other,
              line: chosen,
              stretch,
              to: weekday(newest, step),
            })}>${step < 0 ? "← " : ""}${weekday(newest, step)}${step > 0 ? " →" : ""}</a>
          `
        )}</p>
      ${minute !== undefined && html`<${Minute} venue=${venue} isin=${isin} minute=${minute} />`}
      ${stretch === "day" && newest !== undefined &&
        html`<${Quotes} venue=${venue} isin=${isin} date=${newest} />`}
      ${answer !== null && answer.rows.length > 0 &&
        html`<${Rows} title="These bars" address=${question(venue)} answer=${answer} />`}
    </section>
  `;
}

/** Which currency, and on Eurex which contract, is drawn; the table has all of them. */
function Choice({ lines, shown, go }: Pick<BarsProps, "go"> & {
  readonly lines: readonly Line[];
  readonly shown: string;
}): VNode {
  return html`
    <p><label>Drawn <select value=${shown} onChange=${(event: Event) =>
      go({ line: (event.target as HTMLSelectElement).value })}>${lines.map(({ name, bars }) =>
        html`<option value=${name}>${name}: ${counted(tradesOf(bars), "trade")}</option>`
      )}</select></label></p>
  `;
}

function Minute(
  { venue, isin, minute }: { readonly venue: string; readonly isin: string; readonly minute: string },
): VNode {
  const start = Date.parse(minute);
  const end = Number.isNaN(start) ? minute : new Date(start + 60_000).toISOString(); // else the answer says what is wrong
  const address = questionOf("trades", { venue, isin, from: minute, to: end });
  const { answer, failure } = useAnswer<RowsAnswer>(address);
  if (failure !== null) return html`<p role="alert">${failure}</p>`;
  return answer === null
    ? html`<p>Asking …</p>`
    : html`<${Rows} title="Trades of ${minute}" address=${address} answer=${answer} open />`;
}

/** A bar of a day stands at midnight of UTC: in Frankfurt that is the same date, and close to where its day begins. */
function candleOf(bar: BarRow): Candle {
  const of = (name: string) => bar[name] as number | null;
  const start = bar.start === undefined ? `${bar.trading_day}T00:00:00Z` : String(bar.start);
  return {
    time: Date.parse(start) / 1000,
    open: of("open"),
    high: of("high"),
    low: of("low"),
    close: of("close"),
    volume: of("volume"),
    isAuction: bar.start !== undefined && (of("auction_volume") ?? 0) > 0,
    official: of("official_close") ?? null,
  };
}

/** The next day of the week, or the one before, that is no Saturday and no Sunday. */
function weekday(date: string, step: number): string {
  const next = dateBefore(date, -step);
  return [0, 6].includes(new Date(next).getUTCDay()) ? weekday(next, step) : next;
}

function dateBefore(date: string, days: number): string {
  return new Date(Date.parse(date) - days * 86_400_000).toISOString().slice(0, 10);
}
