import assert from "node:assert/strict";
import fc from "fast-check";
import { printFitting, printJson, printTable } from "../../../src/cli/terminal/output.ts";

/** What is printed to stdout, by lines. */
function printed(print: () => void): string[] {
  const lines: string[] = [];
  const { log } = console;
  console.log = (...args: unknown[]) => lines.push(...args.join(" ").split("\n"));
  try {
    print();
  } finally {
    console.log = log;
  }
  return lines;
}

Deno.test("printJson() prints one document that JSON reads back", () => {
  const document = { venues: [{ venue: "DETR", pending: {}, text: 'ü "😀"\n' }], none: null };
  const lines = printed(() => printJson(document));
  assert.deepEqual(JSON.parse(lines.join("\n")), document);
  assert.equal(lines[0], "{");
});

Deno.test("printTable() puts numbers to the right with thousands, texts to the left, and no space at the ends", () => {
  const rows = [["2026-09-01", 1320, 443506, ""], ["2026-09-02", 7, 0, "damaged"]];
  assert.deepEqual(printed(() => printTable(["date", "listed", "trades", ""], rows)), [
    "date        listed   trades",
    "2026-09-01   1,320  443,506",
    "2026-09-02       7        0  damaged",
  ]);
});

Deno.test("printTable() shows what is published with all its digits, and sums without their error", () => {
  const rows = [0.1 + 0.2, 98765.43215, 0.00000012, 10_522_854.554599999, 1_234_567_890_123.456, 2 ** 53]
    .map((number) => [number]);
  assert.deepEqual(printed(() => printTable([""], rows)).map((line) => line.trim()), [
    "",
    "0.3",
    "98,765.43215",
    "0.00000012",
    "10,522,854.5546",
    "1,234,567,890,123.46",
    "9,007,199,254,740,992",
  ]);
});

Deno.test("printTable() shows decimals of up to ten digits as Intl does", () => {
  const { format } = new Intl.NumberFormat("en-US", { maximumFractionDigits: 20 });
  fc.assert(fc.property(fc.integer(), fc.nat(15), (digits, decimals) => {
    const number = digits / 10 ** decimals + 0; // no -0
    assert.equal(printed(() => printTable([""], [[number]]))[1].trim(), format(number));
  }));
});

Deno.test("printTable() without rows prints the headings only", () => {
  assert.deepEqual(printed(() => printTable(["date", "listed"], [])), ["date  listed"]);
});

Deno.test("printTable() makes a column as wide as its heading or its widest cell", () => {
  const lines = printed(() => printTable(["a", "heading"], [["longer text", 1], ["x", 22]]));
  assert.deepEqual(lines, ["a            heading", "longer text        1", "x                 22"]);
});

Deno.test("printFitting() leaves out columns that are too wide, keeps narrow ones after them, and returns what it left out", () => {
  const headings = ["isin", "id", "flag"];
  let omitted: string[] = [];
  const lines = printed(() => {
    omitted = printFitting(headings, [["DE0007164600", "0123456789", "-"]], 20);
  });
  assert.deepEqual([lines, omitted], [["isin          flag", "DE0007164600  -"], ["id"]]);
  printed(() => omitted = printFitting(headings, [["DE0007164600", "0123456789", "-"]], 3));
  assert.deepEqual(omitted, ["id", "flag"], "the first column is always there");
});

Deno.test("printFitting() gives room to the foremost columns before the others, and leaves all in their order", () => {
  const headings = ["start", "open", "high", "close", "volume"];
  const print = (width: number) =>
    printed(() => printFitting(headings, [["09:00", 1, 2, 3, 4]], width, ["start", "close", "volume"]))[0];
  assert.deepEqual([20, 26, 32, 8].map(print), [
    "start  close  volume",
    "start  open  close  volume",
    "start  open  high  close  volume",
    "start",
  ]);
});
