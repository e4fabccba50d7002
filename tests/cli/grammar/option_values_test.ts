import assert from "node:assert/strict";
import { InvalidArgumentError } from "commander";
import { temporaryDirectory } from "../../e2e/harness.ts";
import {
  apiOption,
  dateOption,
  isinsOption,
  quotaOption,
  sizeOption,
  sizeText,
  venueOption,
  venuesOption,
  zoneOption,
} from "../../../src/cli/grammar/option_values.ts";

/** A usage error whose message says what is wanted, by an example. */
function refuses<T>(parse: (text: string) => T, texts: readonly string[], example: string): void {
  for (const text of texts) {
    assert.throws(
      () => parse(text),
      (error) => error instanceof InvalidArgumentError && error.message.includes(example),
      JSON.stringify(text),
    );
  }
}

Deno.test("venueOption() takes well-formed codes, known or not, and says how they look", () => {
  assert.deepEqual(["DETR", "DX0Z"].map(venueOption), ["DETR", "DX0Z"]);
  refuses(venueOption, ["", "detr", "XETR", "DETR ", "../../etc", "DETRA"], "DETR");
});

Deno.test("venuesOption() collects venues in the order given, each once", () => {
  const collect = (...codes: string[]) =>
    codes.reduce<string[] | undefined>((before, code) => venuesOption(code, before), undefined);
  assert.deepEqual(collect("DETR"), ["DETR"]);
  assert.deepEqual(collect("DFRA", "DETR", "DFRA"), ["DFRA", "DETR"]);
  assert.throws(() => collect("DETR", "x"), InvalidArgumentError);
});

Deno.test("sizeText() writes a size as sizeOption() reads it, in the form that the user gave", () => {
  for (const text of ["off", "10M", "512K", "1G", "1000", "1025"]) {
    assert.equal(sizeText(sizeOption(text)), text);
  }
  assert.equal(sizeText(sizeOption("1024K")), "1M");
});

Deno.test("dateOption() takes dates of the calendar", () => {
  assert.equal(dateOption("2024-02-29"), "2024-02-29");
  refuses(dateOption, ["2025-02-29", "today", "2026-9-1", "20260901", ""], "2026-09-01");
});

Deno.test("zoneOption() takes names of zones", () => {
  for (const zone of ["Europe/Berlin", "UTC", "America/New_York"]) assert.equal(zoneOption(zone), zone);
  refuses(zoneOption, ["Mars/Olympus", "", "Europe"], "Europe/Berlin");
});

Deno.test("quotaOption() takes requests and seconds", () => {
  assert.deepEqual(quotaOption("30/60"), { requests: 30, windowMillis: 60_000 });
  refuses(quotaOption, ["30", "0/60", "30/0", "a/b", ""], "30/60");
});

Deno.test("apiOption() takes the exchange and this machine, and nothing else", () => {
  assert.equal(apiOption("http://127.0.0.1:8765/api").href, "http://127.0.0.1:8765/api/");
  assert.equal(apiOption("").href, "https://mfs.deutsche-boerse.com/api/");
  refuses(apiOption, ["http://example.org", "8765"], "http://127.0.0.1:8765/api");
});

Deno.test("isinsOption() passes over blank lines of a file and what follows a #, and names the line of what is no ISIN", () => {
  using dir = temporaryDirectory();
  const path = dir.of("isins.txt");
  const inFile = (text: string) => {
    Deno.writeTextFileSync(path, text);
    return isinsOption(`@${path}`);
  };
  const text = "# software\nDE0007164600 # SAP\r\n\n  \n\t# hardware\nUS0378331005\nDE0007164600";
  assert.deepEqual([...inFile(text)], ["DE0007164600", "US0378331005"]);
  assert.deepEqual([...isinsOption("DE0007164600, US0378331005,")], ["DE0007164600", "US0378331005"]);
  refuses(inFile, ["# DAX\n\nSAP\n"], `such as DE0007164600; SAP, line 3 of ${path}, is none.`);
  refuses(inFile, ["", "# none yet\n"], "It names no ISIN.");
  refuses(isinsOption, ["SAP", "DE0007164600,SAP"], "such as DE0007164600; SAP is none.");
  refuses(isinsOption, ["#DE0007164600"], "#DE0007164600 is none.");
});
