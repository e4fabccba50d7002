/** The words of mdoc(7), the language of manual pages. */

/** A term of a list, as a macro without its dot, and what it means. */
export type Item = readonly [term: string, meaning: string];

/** Lines of the source are shorter, as is usual; the viewer breaks the lines of the page. */
const WIDTH = 78;

/** A paragraph: each sentence on its own line, or on several, none of which is mistaken for a macro. */
export function text(paragraph: string): string {
  return paragraph.split(/(?<=[.!?:]) +(?=[A-Z])/).flatMap((sentence) => wrapped(escaped(sentence)))
    .map(notMacro).join("\n");
}

function wrapped(line: string): string[] {
  return line.split(" ").reduce<string[]>((lines, word) => {
    const longer = `${lines.at(-1)} ${word}`;
    return lines.length === 0 || longer.length > WIDTH ? [...lines, word] : [...lines.slice(0, -1), longer];
  }, []);
}

function notMacro(line: string): string {
  return line.replace(/^(?=[.'])/, "\\&");
}

/** Lines that stand as they are. */
export function literal(lines: readonly string[]): string[] {
  return [".Bd -literal", ...lines.map(escaped).map(notMacro), ".Ed"];
}

/** A list of terms with their meanings; empty without any. */
export function list(items: readonly Item[]): string[] {
  if (items.length === 0) return [];
  return [".Bl -tag -width Ds", ...items.flatMap(([term, meaning]) => [`.It ${term}`, text(meaning)]), ".El"];
}

/** An option as macros: of `--wrk-dir <dir>` a flag and an argument. */
export function option(flags: string): string {
  const [flag, ...values] = flags.split(" ");
  return [`Fl ${escaped(flag.slice(1))}`, ...values.map((value) => `Ar ${argument(value)}`)].join(" ");
}

/** The name of an argument: `<dir>` and `[command]` without the brackets. */
export function argument(usage: string): string {
  return escaped(usage.replace(/^[<[](.*)[\]>]$/, "$1"));
}

/** Backslashes, dashes of options, and letters beyond ASCII, which not every reader of manuals takes as they are. */
function escaped(line: string): string {
  return line.replaceAll("\\", "\\e")
    .replaceAll(/(?<!\w)--?(?=\w)/g, (dashes) => "\\-".repeat(dashes.length))
    .replaceAll(
      /[^ -~]/gu,
      (letter) => `\\[u${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`,
    );
}
