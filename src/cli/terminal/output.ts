/**
 * Prints one JSON document, with maps as objects. Only results go to stdout; logs and progress go to stderr.
 */
export function printJson(document: unknown): void {
  const plain = (_key: string, value: unknown) => value instanceof Map ? Object.fromEntries(value) : value;
  console.log(JSON.stringify(document, plain, 2));
}

/** Whether results may be coloured: on a terminal, unless NO_COLOR is set. */
export function hasColour(): boolean {
  return Deno.stdout.isTerminal() && (Deno.env.get("NO_COLOR") ?? "") === "";
}

/** Prints rows under their headings, numbers aligned to the right. */
export function printTable(headings: readonly string[], rows: readonly (string | number)[][]): void {
  const text = rows.map((row) =>
    row.map((cell) =>
      typeof cell === "number" ? cell.toLocaleString("en-US", { maximumFractionDigits: 20 }) : cell
    )
  );
  const widths = headings.map((heading, i) => Math.max(heading.length, ...text.map((row) => row[i].length)));
  const isNumber = headings.map((_, i) => rows.some((row) => typeof row[i] === "number"));
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => isNumber[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])).join("  ")
      .trimEnd();
  for (const cells of [headings, ...text]) console.log(line(cells));
}
