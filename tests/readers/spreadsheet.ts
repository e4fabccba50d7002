/** LibreOffice Calc, without a window, as a spreadsheet's import. */
import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { startCommand, temporaryDirectory } from "../e2e/harness.ts";

/** A cell as the sheet holds it: numbers are numbers, texts and dates are texts. */
export type Cell = string | number | null;

const ROW = /<table:table-row[^>]*>(.*?)<\/table:table-row>/gs;
const CELL = /<table:table-cell([^>]*?)(?:\/>|>(.*?)<\/table:table-cell>)/gs;
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/**
 * The rows of a CSV file as LibreOffice imports it: comma, quotes, UTF-8, numbers as in English. The columns that `texts`
 * names by their places are imported as text.
 */
export async function importedByCalc(csv: string, texts: readonly number[]): Promise<Cell[][]> {
  using folder = temporaryDirectory();
  const formats = texts.map((place) => `${place + 1}/2`).join("/");
  await using program = startCommand([
    "soffice",
    `-env:UserInstallation=file://${folder.of("profile")}`,
    "--headless",
    `--infilter=Text - txt - csv (StarCalc):44,34,76,1,${formats},1033`,
    ...["--convert-to", "fods", "--outdir", folder.path, csv],
  ], { signal: AbortSignal.timeout(5 * 60_000) });
  const { code, stderr } = await program.ended;
  assert.equal(code, 0, stderr);
  const sheet = Deno.readTextFileSync(join(folder.path, basename(csv).replace(/csv$/, "fods")));
  return [...sheet.matchAll(ROW)].map(([, row]) => cellsOf(row));
}

function cellsOf(row: string): Cell[] {
  return [...row.matchAll(CELL)].flatMap(([, attributes, content = ""]) => {
    const [, times = "1"] = /number-columns-repeated="(\d+)"/.exec(attributes) ?? [];
    return Array<Cell>(Number(times)).fill(cellOf(attributes, content));
  });
}

function cellOf(attributes: string, content: string): Cell {
  const [, value] = /office:value-type="float" office:value="([^"]*)"/.exec(attributes) ?? [];
  if (value !== undefined) return Number(value);
  const [, text = null] = /<text:p>(.*?)<\/text:p>/s.exec(content) ?? [];
  return text?.replaceAll(/&(\w+);/g, (entity, name) => ENTITIES[name] ?? entity) ?? null;
}
