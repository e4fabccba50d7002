import assert from "node:assert/strict";
import { callerPosition, moduleOf, type Position } from "../../src/log/position.ts";

/** What a logging function does. */
const here = (): Position => callerPosition(here);
/** The line of this file in which it is called. */
const lineNumber = (): number => Number(/:(\d+):\d+\)?$/.exec(new Error().stack!.split("\n")[2])![1]);

const module = moduleOf(import.meta.url);
const atTopLevel = [here(), lineNumber()] as const;

function plain() {
  return [here(), lineNumber()] as const;
}

async function delayed() {
  await Promise.resolve();
  return [here(), lineNumber()] as const;
}

class Collector {
  method() {
    return [here(), lineNumber()] as const;
  }
  async delayedMethod() {
    await Promise.resolve();
    return [here(), lineNumber()] as const;
  }
  #hidden() {
    return [here(), lineNumber()] as const;
  }
  throughHidden() {
    return this.#hidden();
  }
}

Deno.test("callerPosition() names module, function and line of the caller", async () => {
  const arrow = () => [here(), lineNumber()] as const;
  const collector = new Collector();
  const cases = {
    plain: plain(),
    delayed: await delayed(),
    method: collector.method(),
    delayedMethod: await collector.delayedMethod(),
    "#hidden": collector.throughHidden(),
    arrow: arrow(),
  };
  for (const [name, [position, line]] of Object.entries(cases)) {
    assert.deepEqual(position, { module, function: name, line });
  }
});

Deno.test("callerPosition() says <module> at top level and in a function without a name", () => {
  const [position, line] = atTopLevel;
  assert.deepEqual(position, { module, function: "<module>", line });
  assert.equal([1].map(() => here())[0].function, "<module>");
});

Deno.test("callerPosition() leaves stack traces as they were", () => {
  const before = [Error.prepareStackTrace, Error.stackTraceLimit];
  here();
  assert.deepEqual([Error.prepareStackTrace, Error.stackTraceLimit], before);
  assert.match(new Error("for its stack").stack!, /^Error: for its stack\n +at .*position_test/);
});

Deno.test("callerPosition() restores a prepareStackTrace that was set before", () => {
  const before = Error.prepareStackTrace;
  const another = () => "another's";
  try {
    Error.prepareStackTrace = another;
    assert.equal(here().module, module);
    assert.equal(Error.prepareStackTrace, another);
  } finally {
    Error.prepareStackTrace = before;
  }
});

Deno.test("moduleOf() is the path below src/ with dots, wherever src/ is", () => {
  assert.equal(moduleOf("file:///home/me/src/parqed/src/collect/cycle.ts"), "collect.cycle");
  assert.equal(moduleOf("file:///tmp/deno-compile-xetra/src/cli/main.js"), "cli.main");
  assert.equal(moduleOf("file:///opt/parqed/main.ts"), "main");
  assert.equal(moduleOf("/opt/parqed/main.mjs"), "main");
});
