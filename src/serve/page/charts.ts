import { useEffect, useMemo, useState } from "preact/hooks";
import type { VNode } from "preact";
import { questionOf, useAnswer } from "./ask.ts";
import { type Candle, Candles } from "./candles.ts";
import { numberText, shortText } from "./format.ts";
import { html } from "./html.ts";
import { addressOf } from "./place.ts";
import { Quotes } from "./quotes.ts";
import { Rows, type RowsAnswer } from "./rows.ts";

/** Stretches of time to look at: the width of their bars, and their days up to the last one. */
const STRETCHES = {
  year: { interval: "1d", days: 365 },
  quarter: { interval: "1d", days: 92 },
  month: { interval: "1h", days: 31 },
  week: { interval: "15m", days: 7 },
  day: { interval: "1m", days: 1 },
} as const;
type StretchName = keyof typeof STRETCHES;

interface Instruments {
  readonly date: string | null;
  readonly instruments: readonly {
    readonly isin: string;
    readonly trades: number;
    readonly turnover: number | null;
  }[];
}

/** Bars of an instrument, and the busiest ones to choose from. */
export function Charts({ venues, choices, cycles }: {
  readonly venues: readonly string[];
  readonly choices: Readonly<Record<string, string>>;
  readonly cycles: number;
}): VNode {
  const venue = choices.venue ?? venues[0];
  const stretch = (choices.stretch in STRETCHES ? choices.stretch : "year") as StretchName;
  const go = (more: Readonly<Record<string, string | undefined>>) => {
    location.hash = addressOf("charts", { ...choices, venue, ...more });
  };
  const found = useAnswer<Instruments>(
    venue === undefined ? null : questionOf("instruments", { venue, q: choices.q }),
    cycles,
  );
  const isin = choices.isin ?? found.answer?.instruments[0]?.isin;
  if (venue === undefined) return html`<p>Nothing is stored here yet.</p>`;
  return html`
    <h1>Charts</h1>
    <form class="row" onSubmit=${(event: Event) => event.preventDefault()}>
      <label>Venue <select value=${venue} onChange=${(event: Event) =>
        go({ venue: (event.target as HTMLSelectElement).value, isin: undefined })}>
        ${venues.map((code) => html`<option value=${code}>${code}</option>`)}</select></label>
      <label>ISIN, or part of one <${Search} text=${choices.q ?? ""} onChange=${(text: string) =>
        go({ q: text.trim().toUpperCase(), isin: undefined })} /></label>
      <label>Compare with <select value=${choices.with ?? ""} onChange=${(event: Event) =>
        go({ with: (event.target as HTMLSelectElement).value })}>
        <option value="">nothing</option>${venues.filter((code) => code !== venue).map((code) =>
          html`<option value=${code}>${code}</option>`
        )}</select></label>
    </form>
    <nav class="row" aria-label="Stretch">${Object.keys(STRETCHES).map((name) =>
      html`
        <a href=${addressOf("charts", {
          ...choices,
          venue,
          isin,
          stretch: name,
          to: undefined,
        })} aria-current=${name === stretch ? "true" : undefined}>${name}</a>
      `
    )}</nav>
    ${isin === undefined ? html`<p>No instrument with this part has bars.</p>` : html`
      <${Bars} key=${`${venue}${isin}`} venue=${venue} isin=${isin} stretch=${stretch} to=${choices.to}
        other=${choices.with} minute=${choices.minute} cycles=${cycles} go=${go} />
    `}
    ${found.answer !== null && html`<${Busiest} venue=${venue} choices=${choices} ...${found.answer} />`}
  `;
}

/** A field that keeps what is being typed when an answer comes meanwhile and draws all anew. */
function Search({ text, onChange }: {
  readonly text: string;
  readonly onChange: (text: string) => void;
}): VNode {
  const [typed, setTyped] = useState(text);
  const valueOf = (event: Event) => (event.target as HTMLInputElement).value;
  useEffect(() => setTyped(text), [text]);
  return html`
    <input type="search" value=${typed} maxlength="12" autocomplete="off"
      onInput=${(event: Event) => setTyped(valueOf(event))}
      onChange=${(event: Event) => onChange(valueOf(event))} />
  `;
}

/** A bar of `/api/bars`. */
type BarRow = Readonly<Record<string, string | number | null>>;

interface BarsProps {
  readonly venue: string;
  readonly isin: string;
  readonly stretch: StretchName;
  readonly to: string | undefined;
  readonly other: string | undefined;
  readonly minute: string | undefined;
  readonly cycles: number;
  readonly go: (more: Readonly<Record<string, string | undefined>>) => void;
}

function Bars({ venue, isin, stretch, to, other, minute, cycles, go }: BarsProps): VNode {
  const { interval, days } = STRETCHES[stretch];
  const from = to === undefined ? undefined : dateBefore(to, days - 1);
  const question = (venue: string) => questionOf("bars", { venue, isin, interval, from, to });
  const { answer, failure } = useAnswer<RowsAnswer>(question(venue), cycles);
  const compared = useAnswer<RowsAnswer>(other ? question(other) : null, cycles);
  const [candles, closes] = useMemo(() => {
    const [currency] = new Set((answer?.rows ?? []).map((bar) => bar.price_currency));
    const candles = (answer?.rows ?? []).filter((bar) => bar.price_currency === currency).map(candleOf);
    const others = new Map(
      (compared.answer?.rows ?? []).map((bar) => [candleOf(bar).time, candleOf(bar).close]),
    );
    return [candles, other ? candles.map(({ time }) => others.get(time) ?? null) : []];
  }, [answer, compared.answer, other]);
  const pick = ({ time }: Candle) => {
    const date = new Date(time * 1000).toISOString();
    if (interval === "1d" || interval === "1h") go({ isin, stretch: "day", to: date.slice(0, 10) });
    else go({ isin, stretch, to, minute: `${date.slice(0, 16)}Z` });
  };
  const newest = to ?? answer?.rows.at(-1)?.start?.toString().slice(0, 10);
  if (failure !== null) return html`<p role="alert">${failure}</p>`;
  return html`
    <section aria-label="Bars of ${isin}">
      <h2>${isin} on ${venue}, bars of ${interval}</h2>
      ${answer?.rows.length === 0 &&
        html`<p>No stored bars: xetra-parqed bars ${venue} brings them up to date.</p>`}
      <${Candles} candles=${candles} compared=${closes} onPick=${pick} />
      <p class="row">${interval === "1d" || interval === "1h"
        ? "Click on a candle to see its day."
        : "Click on a candle to see its trades."}
        ${newest !== undefined && stretch === "day" && [-1, 1].map((step) =>
          html`
            <a href=${addressOf("charts", {
              venue,
              isin,
              with: other,
              stretch,
              to: weekday(newest, step),
            })}>${weekday(newest, step)}</a>
          `
        )}</p>
      ${minute !== undefined && html`<${Minute} venue=${venue} isin=${isin} minute=${minute} />`}
      ${stretch === "day" && newest !== undefined &&
        html`<${Quotes} venue=${venue} isin=${isin} date=${newest} />`}
      ${answer !== null && html`<${Rows} title="These bars" address=${question(venue)} answer=${answer} />`}
    </section>
  `;
}

function Minute(
  { venue, isin, minute }: { readonly venue: string; readonly isin: string; readonly minute: string },
): VNode {
  const end = new Date(Date.parse(minute) + 60_000).toISOString();
  const address = questionOf("trades", { venue, isin, from: minute, to: end });
  const { answer, failure } = useAnswer<RowsAnswer>(address);
  if (failure !== null) return html`<p role="alert">${failure}</p>`;
  return answer === null
    ? html`<p>Asking …</p>`
    : html`<${Rows} title="Trades of ${minute}" address=${address} answer=${answer} open />`;
}

function Busiest(
  { venue, date, instruments, choices }: Instruments & {
    readonly venue: string;
    readonly choices: Readonly<Record<string, string>>;
  },
): VNode {
  return html`
    <h2>Busiest on ${date ?? "no day"}</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">ISIN</th>
          <th scope="col">trades</th>
          <th scope="col">turnover</th>
        </tr>
      </thead>
      <tbody>${instruments.map(({ isin, trades, turnover }) =>
        html`
          <tr>
            <th scope="row"><a href=${addressOf("charts", { ...choices, venue, isin })}>${isin}</a></th>
            <td>${numberText(trades)}</td>
            <td>${shortText(turnover)}</td>
          </tr>
        `
      )}
      </tbody>
    </table>
  `;
}

/** A bar of a day stands at noon, so that it is on its day in every time zone of Europe. */
function candleOf(bar: BarRow): Candle {
  const of = (name: string) => bar[name] as number | null;
  const start = bar.start === undefined ? `${bar.trading_day}T12:00:00Z` : String(bar.start);
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
