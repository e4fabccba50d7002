import type { VNode } from "preact";
import { questionOf, useAnswer } from "./ask.ts";
import { counted, numberText } from "./format.ts";
import { html } from "./html.ts";
import { addressOf } from "./place.ts";

/** What is used of a day of `/api/coverage`. */
interface DayCoverage {
  readonly date: string;
  readonly state: "whole" | "open" | "incomplete" | "absent" | "damaged";
  readonly missing: number;
  readonly trades: number;
  readonly usual: number | null;
  readonly reconciled: boolean;
  readonly sources: readonly string[];
}

const DAYS = Array.from({ length: 31 }, (_, i) => String(i + 1).padStart(2, "0"));
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** A letter says what the colour says. */
const LETTERS = { whole: "w", open: "o", incomplete: "i", absent: "a", damaged: "d" } as const;

/** A calendar of each venue for a year. */
export function Coverage({ venues, year, cycles }: {
  readonly venues: readonly string[];
  readonly year: string;
  readonly cycles: number;
}): VNode {
  const years = [Number(year) - 1, Number(year) + 1].filter((year) => year <= new Date().getFullYear());
  return html`
    <h1>Coverage ${year}</h1>
    <nav class="row" aria-label="Years">${years.map((year) =>
      html`
        <a href=${addressOf("coverage", { year: String(year) })}>${year}</a>
      `
    )}</nav>
    <p class="legend">${Object.entries(LETTERS).map(([state, letter]) =>
      html`
        <span><b class="cell ${state}">${letter}</b> ${state}</span>
      `
    )}</p>
    ${venues.map((venue) => html`<${Year} key=${venue} venue=${venue} year=${year} cycles=${cycles} />`)}
  `;
}

function Year(
  { venue, year, cycles }: { readonly venue: string; readonly year: string; readonly cycles: number },
): VNode {
  const address = questionOf("coverage", { venue, from: `${year}-01-01`, to: `${year}-12-31` });
  const { answer, failure } = useAnswer<{ days: readonly DayCoverage[] }>(address, cycles);
  const days = new Map((answer?.days ?? []).map((day) => [day.date, day]));
  return html`
    <section aria-label="${venue} ${year}">
      <h2>${venue}</h2>
      ${failure !== null && html`<p role="alert">${failure}</p>`}
      <div class="scroll" tabindex="0" role="group" aria-label="Calendar of ${venue}">
        <table class="calendar">
          <thead><tr><th scope="col"><span class="hidden">month</span></th>${DAYS.map((day) =>
            html`<th scope="col">${
              Number(day) % 5 === 0 || day === "01"
                ? Number(day)
                : html`<span class="hidden">${Number(day)}</span>`
            }</th>`
          )}</tr></thead>
          <tbody>${MONTHS.map((month, i) =>
            html`
              <tr><th scope="row">${month}</th>${DAYS.map((day) =>
                html`<td>${cellOf(venue, days.get(`${year}-${String(i + 1).padStart(2, "0")}-${day}`))}</td>`
              )}</tr>
            `
          )}
          </tbody>
        </table>
      </div>
      <p>${answer === null ? failure === null && "Asking …" : summaryOf(answer.days)}</p>
    </section>
  `;
}

function cellOf(venue: string, day: DayCoverage | undefined): VNode | null {
  if (day === undefined) return null;
  const text = `${day.date}: ${day.state}, ${counted(day.trades, "trade")}` +
    (day.usual === null ? "" : ` (usually ${numberText(day.usual)})`) +
    (day.missing === 0 ? "" : `, ${counted(day.missing, "minute")} missing`) +
    `, ${day.reconciled ? "reconciled" : "not reconciled"}`;
  return html`<a class="cell ${day.state}" href=${
    addressOf("day", { venue, date: day.date })
  } title=${text} aria-label=${text}>${LETTERS[day.state]}</a>`;
}

function summaryOf(days: readonly DayCoverage[]): string {
  if (days.length === 0) return "Nothing is stored of this year.";
  const counts = Object.keys(LETTERS).map((state) =>
    [state, days.filter((day) => day.state === state).length] as const
  );
  return counts.filter(([, count]) => count > 0).map(([state, count]) => `${numberText(count)} ${state}`)
    .join(", ");
}
