import assert from "node:assert/strict";
import { withIsins } from "../../../src/cli/grammar/quote_options.ts";

const ISINS = new Set(["DE0007164600", "US0378331005"]);

Deno.test("in the command line that a daemon gives to its threads, the ISINs replace the file that names them, however it is given", () => {
  for (const option of ["--quotes-isin", "--isin"]) {
    assert.deepEqual(
      withIsins(["fetch", option, "@a list", "--wrk-dir", "@there"], ISINS),
      ["fetch", option, "DE0007164600,US0378331005", "--wrk-dir", "@there"],
    );
    assert.deepEqual(withIsins([`${option}=@list`], ISINS), [`${option}=DE0007164600,US0378331005`]);
  }
});

Deno.test("a command line without a file of ISINs stays as it is", () => {
  const args = ["fetch-trades", "DETR", "--quotes-isin", "US0378331005", "--log-file=@x"];
  assert.deepEqual(withIsins(args, new Set(["US0378331005"])), args);
  assert.deepEqual(withIsins(["fetch-trades", "DETR"]), ["fetch-trades", "DETR"]);
});
