/** What all charts have in common. */
import uPlot from "uplot";

/** One cursor for all charts that are shown. */
export const CURSOR = { sync: { key: "bars" } };

/** The time under the cursor; the date alone where there is a bar for each day. */
export function timeSeries(isOfDays = false): uPlot.Series {
  return isOfDays
    ? { label: "day", value: "{YYYY}-{MM}-{DD}" }
    : { label: "Frankfurt", value: "{YYYY}-{MM}-{DD} {HH}:{mm}" };
}

/** The colours of the page as it is shown, light or dark. */
export interface Colours {
  readonly text: string;
  readonly quiet: string;
  readonly grid: string;
  readonly up: string;
  readonly down: string;
  readonly mark: string;
}

/** Those of the place where a chart is drawn. */
export function coloursOf(element: HTMLElement): Colours {
  const style = getComputedStyle(element);
  const [text, quiet, grid, up, down, mark] = ["text", "quiet", "line", "up", "down", "mark"].map((name) =>
    style.getPropertyValue(`--${name}`).trim()
  );
  return { text, quiet, grid, up, down, mark };
}

/** Times below, values to the left. With a bar for each day no time between two days is named. */
export function axes({ text, grid }: Pick<Colours, "text" | "grid">, isOfDays = false): uPlot.Axis[] {
  const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
  const times = { ...axis, values: TIMES, space: DATE_WIDTH };
  return [isOfDays ? { ...times, incrs: DAYS } : times, { ...axis, size: 64 }];
}

/** Pixels between two times, at least: the widest of them is a date. */
const DATE_WIDTH = 84;

/** Seconds between two dates of a chart; from 30 days on the library takes whole months. */
const DAYS = [1, 2, 3, 7, 15, 30, 60, 90, 180, 365].map((days) => days * 86_400);

/** How times are written, by the stretch between two of them: the form, and what is added where the day or year is another. */
const TIMES: (string | number | null)[][] = [
  [86_400, "{YYYY}-{MM}-{DD}", null, null, null, null, null, null, 1],
  [60, "{HH}:{mm}", "\n{YYYY}-{MM}-{DD}", null, "\n{YYYY}-{MM}-{DD}", null, null, null, 1],
];

/** Times are those of Frankfurt. */
export function inFrankfurt(seconds: number): Date {
  return uPlot.tzDate(new Date(seconds * 1000), "Europe/Berlin");
}
