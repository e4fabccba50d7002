import { useEffect, useState } from "preact/hooks";
import type { VNode } from "preact";
import { type Asked, questionOf, useAnswer } from "./ask.ts";
import { Bars, STRETCHES, type StretchName } from "./bars.ts";
import { isDate, numberText, shortText } from "./format.ts";
import { html } from "./html.ts";
import { addressOf } from "./place.ts";

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
  const to = isDate(choices.to) ? choices.to : undefined;
  const go = (more: Readonly<Record<string, string | undefined>>) => {
    location.hash = addressOf("charts", { ...choices, venue, ...more });
  };
  const found = useAnswer<Instruments>(
    questionOf("instruments", { venue, q: choices.q, date: stretch === "day" ? to : undefined }),
    cycles,
  );
  const isin = choices.isin ?? found.answer?.instruments[0]?.isin;
  return html`
    <h1>Charts</h1>
    <form class="row" onSubmit=${(event: Event) => event.preventDefault()}>
      <label>Venue <select value=${venue} onChange=${(event: Event) =>
        go({ venue: (event.target as HTMLSelectElement).value, isin: undefined, line: undefined })}>
        ${venues.map((code) => html`<option value=${code}>${code}</option>`)}</select></label>
      <label>ISIN, or part of one <${Search} text=${choices.q ?? ""} onChange=${(text: string) =>
        go({ q: text.trim().toUpperCase(), isin: undefined, line: undefined })} /></label>
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
    ${isin === undefined ? html`<p>${emptyText(venue, choices.q, found)}</p>` : html`
      <${Bars} key=${`${venue}${isin}`} venue=${venue} isin=${isin} stretch=${stretch} to=${to}
        other=${choices.with} minute=${choices.minute} chosen=${choices.line} cycles=${cycles} go=${go} />
    `}
    ${found.answer !== null && found.answer.instruments.length > 0 &&
      html`<${Busiest} venue=${venue} choices=${choices} ...${found.answer} />`}
  `;
}

/** Why there is no chart. */
function emptyText(venue: string, part: string | undefined, { answer, failure }: Asked<Instruments>): string {
  if (answer === null) return failure ?? "Asking …";
  if (answer.date === null) {
    return `No bars of ${venue} are stored: xetra-parqed bars ${venue} --all makes them.`;
  }
  const whose = part === undefined ? "No instrument" : `No ISIN with ${part} in it`;
  return `${whose} has bars on ${answer.date}.`;
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
            <th scope="row"><a href=${addressOf("charts", {
              ...choices,
              venue,
              isin,
              line: undefined,
            })}>${isin}</a></th>
            <td>${numberText(trades)}</td>
            <td>${shortText(turnover)}</td>
          </tr>
        `
      )}
      </tbody>
    </table>
  `;
}
