/** What all charts have in common. */
import uPlot from "uplot";

/** One cursor for all charts that are shown. */
export const CURSOR = { sync: { key: "bars" } };

/** The time under the cursor. */
export const TIME_SERIES: uPlot.Series = { label: "Frankfurt", value: "{YYYY}-{MM}-{DD} {HH}:{mm}" };

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

/** Times below, values to the left. */
export function axes({ text, grid }: Pick<Colours, "text" | "grid">): uPlot.Axis[] {
  const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
  return [{ ...axis, values: TIMES }, { ...axis, size: 64 }];
}

/** How times are written, by the stretch between two of them: the form, and what is added where the day or year is another. */
const TIMES: (string | number | null)[][] = [
  [86_400, "{YYYY}-{MM}-{DD}", null, null, null, null, null, null, 1],
  [60, "{HH}:{mm}", "\n{YYYY}-{MM}-{DD}", null, "\n{YYYY}-{MM}-{DD}", null, null, null, 1],
];

/** Times are those of Frankfurt. */
export function inFrankfurt(seconds: number): Date {
  return uPlot.tzDate(new Date(seconds * 1000), "Europe/Berlin");
}
