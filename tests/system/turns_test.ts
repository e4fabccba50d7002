import assert from "node:assert/strict";
import { Turns } from "../../src/system/turns.ts";

Deno.test("works are under way one at a time, in the order in which they came", async () => {
  const turns = new Turns();
  const said: string[] = [];
  const work = (name: string) => async () => {
    said.push(`${name} begins`);
    await Promise.resolve();
    said.push(`${name} ends`);
    return name;
  };
  assert.deepEqual(await Promise.all(["a", "b"].map((name) => turns.take(work(name)))), ["a", "b"]);
  assert.deepEqual(said, ["a begins", "a ends", "b begins", "b ends"]);
});

Deno.test("a work that fails fails for its own caller, and the next one has its turn", async () => {
  const turns = new Turns();
  const failing = assert.rejects(turns.take(() => Promise.reject(new Error("disk"))), /disk/);
  assert.equal(await turns.take(() => Promise.resolve("next")), "next");
  await failing;
});
