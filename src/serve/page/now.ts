import type { VNode } from "preact";
import { useAnswer } from "./ask.ts";
import { counted, numberText, timeText } from "./format.ts";
import { html } from "./html.ts";

/** What is used of a venue's entry in the document of `status`. */
interface VenueStatus {
  readonly venue: string;
  readonly daemon: number | null;
  readonly lagMinutes: number | null;
  readonly lagIsMore: boolean;
  readonly diskDaysLeft: number | null;
  readonly catchingUp: { readonly files: number; readonly minutes: number } | null;
  readonly verdict: { readonly level: 0 | 1 | 2; readonly reason: string };
  /** What can be done about it. */
  readonly remedy: string | null;
  readonly state: null | {
    readonly lastCycle: {
      readonly end: string;
      readonly files: number;
      readonly trades: number;
      readonly error: string | null;
    };
    readonly nextCycle: string | null;
    readonly newestMinute: string | null;
    readonly notUnderstood: { readonly files: number };
    readonly rejected: readonly string[];
    readonly days: readonly {
      readonly date: string;
      readonly listed: number;
      readonly stored: number;
      readonly pending: number;
      readonly absent: number;
    }[];
  };
}

/** Ten years; more need not be told apart. */
const MANY_DAYS = 3_650;
const LEVELS = ["fine", "warning", "critical"] as const;

/** Each venue's state, as `status` has it, and the last warnings of the log; asked for anew when a cycle ends. */
export function Now({ cycles }: { readonly cycles: number }): VNode {
  const { answer, failure } = useAnswer<{ status: readonly VenueStatus[] }>("/api/status", cycles);
  const log = useAnswer<{ file: string | null; lines: readonly string[] }>("/api/log", cycles);
  if (failure !== null) return html`<p role="alert">${failure}</p>`;
  if (answer === null) return html`<p>Asking …</p>`;
  return html`
    <h1>Now</h1>
    <div class="cards">${answer.status.map((venue) => html`<${Card} key=${venue.venue} ...${venue} />`)}</div>
    <h2>Warnings and errors</h2>
    ${log.answer !== null && html`<${Warnings} ...${log.answer} />`}
  `;
}

function Card(status: VenueStatus): VNode {
  const { venue, verdict, remedy, state } = status;
  const level = LEVELS[verdict.level];
  return html`
    <section class="card ${level}" aria-label=${venue}>
      <h2>${venue} <span class="badge ${level}">${level}</span></h2>
      <p>${verdict.reason.replace(`${venue}: `, "")}</p>
      ${remedy !== null && html`<p class="remedy">${remedy}</p>`}
      <dl>${factsOf(status).map(([name, fact]) =>
        html`
          <dt>${name}</dt>
          <dd>${fact}</dd>
        `
      )}</dl>
      ${state !== null && html`<${Days} days=${state.days} />`}
    </section>
  `;
}

function factsOf(status: VenueStatus): [string, string][] {
  const { daemon, state, diskDaysLeft, catchingUp } = status;
  const running: [string, string] = [
    "daemon",
    daemon === null ? "not running" : `running (PID ${daemon || "unknown"})`,
  ];
  const disk: [string, string] = [
    "disk",
    diskDaysLeft === null ? "not known" : roomText(diskDaysLeft),
  ];
  const first: [string, string][] = catchingUp === null ? [] : [[
    "first cycle",
    `${counted(catchingUp.files, "file")} to go, ${counted(catchingUp.minutes, "minute")}`,
  ]];
  if (state === null) return [running, ...first, disk];
  const { end, files, trades, error } = state.lastCycle;
  return [
    running,
    ["last cycle", `${timeText(end)}, ${counted(files, "file")}, ${counted(trades, "trade")}`],
    ...(error === null ? [] : [["failed", error] satisfies [string, string]]),
    ["next cycle", daemon === null || state.nextCycle === null ? "none planned" : timeText(state.nextCycle)],
    [
      "newest minute",
      state.newestMinute === null ? "none" : `${timeText(state.newestMinute)}, ${behindText(status)}`,
    ],
    ["not understood", counted(state.notUnderstood.files, "file")],
    ["rejected", counted(state.rejected.length, "file")],
    disk,
  ];
}

function behindText({ lagMinutes, lagIsMore }: VenueStatus): string {
  return `${lagIsMore ? "more than " : ""}${counted(lagMinutes ?? 0, "minute")} of trading behind`;
}

function roomText(days: number): string {
  return days > MANY_DAYS ? "room for more than ten years" : `room for ${counted(days, "day")}`;
}

function Days({ days }: Pick<NonNullable<VenueStatus["state"]>, "days">): VNode {
  const columns = ["listed", "stored", "pending", "absent"] as const;
  return html`
    <table>
      <thead>
        <tr><th scope="col">date</th>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr>
      </thead>
      <tbody>${days.map((day) =>
        html`
          <tr><th scope="row">${day.date}</th>${columns.map((name) =>
            html`<td>${numberText(day[name])}</td>`
          )}</tr>
        `
      )}
      </tbody>
    </table>
  `;
}

function Warnings(
  { file, lines }: { readonly file: string | null; readonly lines: readonly string[] },
): VNode {
  if (file === null) {
    return html`<p>Those of the daemon's log are shown here with <code>serve --daemon-log FILE</code>.</p>`;
  }
  if (lines.length === 0) return html`<p>None in ${file}.</p>`;
  return html`<ol class="log" tabindex="0" aria-label="The last warnings and errors">${
    lines.map((line) => html`<li>${line}</li>`)
  }</ol>`;
}
