import assert from "node:assert/strict";
import { forEachVenue } from "../../src/cli/run_command.ts";
import { CannotPrint } from "../../src/cli/terminal/cannot_print.ts";

Deno.test("forEachVenue() prints nothing of further venues when stdout takes no more, and leaves it to its caller to say so once", async () => {
  const failures = [
    new CannotPrint(new Error("No space left on device (os error 28)")),
    new Deno.errors.BrokenPipe("Broken pipe"),
  ];
  for (const failure of failures) {
    const tried: string[] = [];
    const printed = forEachVenue(["DETR", "DFRA"], (venue) => {
      tried.push(venue);
      return Promise.reject(failure);
    });
    await assert.rejects(printed, (error) => error === failure);
    assert.deepEqual(tried, ["DETR"]);
  }
});
