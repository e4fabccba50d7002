/**
 * How a day of a calendar is drawn: a letter, with one of the terminal's 256 colours as background where colours are
 * used.
 */
export interface Cell {
  readonly letter: string;
  readonly background: number;
}

const DAYS = Array.from({ length: 31 }, (_, i) => i + 1);
/** A cell is two columns wide, so every fifth number fits above its own. */
const HEADING = " ".repeat(9) +
  DAYS.map((day) => (day === 1 || day % 5 === 0 ? `${day}` : "").padEnd(2)).join("");
/** White, which is readable on every background that is used. */
const FOREGROUND = 15;

/**
 * A calendar with a row for each month, from the first of these days to the last, and a column for each day of the
 * month; 71 columns wide. A day without a cell is a dot. Without `colour` the letters contain all information.
 */
export function heatMap(days: ReadonlyMap<string, Cell>, colour: boolean): string[] {
  const dates = [...days.keys()].sort();
  if (dates.length === 0) return [];
  const rows: string[] = [];
  for (
    let month = Temporal.PlainYearMonth.from(dates[0]);
    `${month}` <= dates.at(-1)!;
    month = month.add({ months: 1 })
  ) {
    const cells = DAYS.slice(0, month.daysInMonth).map((day) =>
      drawn(days.get(month.toPlainDate({ day }).toString()), colour)
    );
    rows.push(`${month}  ${cells.join("")}`.trimEnd());
  }
  return [HEADING.trimEnd(), ...rows];
}

function drawn(cell: Cell | undefined, colour: boolean): string {
  if (cell === undefined) return "· ";
  const { letter, background } = cell;
  return colour ? `\x1b[38;5;${FOREGROUND};48;5;${background}m${letter} \x1b[0m` : `${letter} `;
}
