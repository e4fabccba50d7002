import type { VNode } from "preact";
import { questionOf, useAnswer } from "./ask.ts";
import { numberText } from "./format.ts";
import { html } from "./html.ts";
import { addressOf } from "./place.ts";

/** A minute of `/api/day`. */
interface Minute {
  readonly start: string;
  readonly state: "stored" | "empty" | "daily" | "waiting" | "lost" | "absent" | "not due";
  readonly trades: number;
}

const STATES = ["stored", "empty", "daily", "waiting", "lost", "absent", "not due"] as const;
const [WIDTH, HEIGHT, MARGIN] = [5, 10, 24];
const FRANKFURT = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/Berlin",
  hour: "2-digit",
  minute: "2-digit",
});

/** The minutes of a trading day: an hour a row, as a picture and as a table. */
export function Day({ venue, date, cycles }: {
  readonly venue: string;
  readonly date: string;
  readonly cycles: number;
}): VNode {
  const { answer, failure } = useAnswer<{ minutes: readonly Minute[] }>(
    questionOf("day", { venue, date }),
    cycles,
  );
  if (failure !== null) return html`<p role="alert">${failure}</p>`;
  const title = html`
    <h1>${venue} on ${date}</h1>
    <p class="row"><a href=${addressOf("coverage", { year: date.slice(0, 4) })}>All days of ${date.slice(
      0,
      4,
    )}</a>
      <a href=${addressOf("charts", { venue, stretch: "day", to: date })}>Charts of this day</a></p>
  `;
  if (answer === null) return html`${title}<p>Asking …</p>`;
  if (answer.minutes.length === 0) return html`${title}<p>No trading day: no minutes are expected.</p>`;
  const hours = hoursOf(answer.minutes);
  const states = STATES.filter((state) => answer.minutes.some((minute) => minute.state === state));
  return html`
    ${title}
    <p class="legend">${states.map((state) =>
      html`
        <span><b class="cell ${classOf(state)}"></b> ${state}</span>
      `
    )}</p>
    <svg class="minutes" role="img" aria-label="The minutes of the day, an hour a row"
      viewBox="0 0 ${MARGIN + 60 * WIDTH} ${hours.length * HEIGHT}">
      ${hours.map(({ hour, minutes }, row) =>
        html`
          <text x="0" y=${row * HEIGHT + HEIGHT - 2}>${hour}</text>
          ${minutes.map((minute) =>
            html`
              <rect class=${classOf(minute.state)} x=${MARGIN + minuteOf(minute) * WIDTH} y=${row *
                HEIGHT} width=${WIDTH - 1} height=${HEIGHT - 1}>
                <title>${titleOf(minute)}</title>
              </rect>
            `
          )}
        `
      )}
    </svg>
    <div class="scroll" tabindex="0" role="group" aria-label="Hours">
      <table>
        <thead>
          <tr><th scope="col">Frankfurt</th>${states.map((state) =>
            html`<th scope="col">${state}</th>`
          )}<th scope="col">trades</th></tr>
        </thead>
        <tbody>${hours.map(({ hour, minutes }) =>
          html`
            <tr><th scope="row">${hour}:00</th>
              ${states.map((state) =>
                html`<td>${minutes.filter((minute) => minute.state === state).length || ""}</td>`
              )}
              <td>${numberText(minutes.reduce((sum, { trades }) => sum + trades, 0))}</td></tr>
          `
        )}
        </tbody>
      </table>
    </div>
  `;
}

function hoursOf(minutes: readonly Minute[]): { hour: string; minutes: Minute[] }[] {
  const hours = new Map<string, Minute[]>();
  for (const minute of minutes) {
    const hour = clockOf(minute).slice(0, 2);
    hours.set(hour, [...hours.get(hour) ?? [], minute]);
  }
  return [...hours].map(([hour, minutes]) => ({ hour, minutes }));
}

function clockOf({ start }: Minute): string {
  return FRANKFURT.format(new Date(start));
}

function minuteOf(minute: Minute): number {
  return Number(clockOf(minute).slice(3));
}

function titleOf(minute: Minute): string {
  return `${clockOf(minute)} ${minute.state}, ${minute.trades} trades`;
}

function classOf(state: Minute["state"]): string {
  return state.replace(" ", "-");
}
