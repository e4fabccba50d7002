import assert from "node:assert/strict";
import fc from "fast-check";
import { combinedExitCode, EXIT, exitCodeOf, messageOf } from "../../src/cli/exit.ts";
import { CannotPrint } from "../../src/cli/terminal/cannot_print.ts";
import { Interruption } from "../../src/cli/terminal/interruption.ts";
import { AlreadyRunning, CannotWritePidFile } from "../../src/daemon/pid_file.ts";
import { ExchangeUnavailable } from "../../src/feed/http/exchange_unavailable.ts";
import { CannotLog } from "../../src/log/setup.ts";
import { CannotWrite } from "../../src/system/atomic.ts";
import { DamagedMonth, DamagedPartition, NotAsWritten } from "../../src/store/damage.ts";
import { QuotaBusy } from "../../src/store/state/quota_file.ts";
import { VenueBusy } from "../../src/store/venue_lock.ts";

const withCode = (code: string) => Object.assign(new Error("os error"), { code });

Deno.test("exitCodeOf() has a code for every expected failure", () => {
  const failures: [error: unknown, code: number][] = [
    [new Interruption("SIGINT"), 130],
    [new Interruption("SIGTERM"), 143],
    [new DamagedPartition("/path", new Error("cut")), 65],
    [new ExchangeUnavailable("no listing"), 69],
    [new VenueBusy("held"), 75],
    [new AlreadyRunning({ pid: 17 }, "/path"), 75],
    [new QuotaBusy("held"), 75],
    [new CannotWritePidFile("/path", withCode("EACCES")), 73],
    [new CannotWrite("/path", withCode("ENOSPC")), 73],
    [new CannotLog("/path", withCode("EACCES")), 73],
    [new CannotPrint(withCode("ENOSPC")), 73],
    [new Deno.errors.PermissionDenied("x"), 73],
    [new Deno.errors.NotCapable("x"), 73],
    [withCode("EIO"), 73],
    [withCode("EMFILE"), 73],
    [withCode("ENOENT"), 73],
  ];
  for (const [error, code] of failures) assert.equal(exitCodeOf(error), code, String(error));
});

Deno.test("where removing what was begun fails as well, a failure is the one that came first", () => {
  const full = new CannotWrite("/path", withCode("ENOSPC"));
  const failure = new SuppressedError(withCode("EIO"), new SuppressedError(withCode("EIO"), full));
  assert.equal(exitCodeOf(failure), 73);
  assert.equal(messageOf(failure), full.message);
});

Deno.test("exitCodeOf() takes everything else for a bug", () => {
  for (
    const error of [
      new Error("x"),
      new TypeError("x"),
      new Deno.errors.NotFound("x"),
      "x",
      null,
      undefined,
      17,
    ]
  ) {
    assert.equal(exitCodeOf(error), EXIT.bug);
  }
});

Deno.test("messageOf() is one line for an expected failure", () => {
  for (
    const error of [
      new DamagedPartition("/path/trades.parquet", new Error("cut")),
      new ExchangeUnavailable("The exchange does not list its files"),
      new Interruption("SIGTERM"),
      new VenueBusy("Another process holds it"),
      new CannotWrite("/path", withCode("EROFS")),
    ]
  ) assert.equal(messageOf(error), error.message);
  assert.match(
    messageOf(new Deno.errors.PermissionDenied("cannot read /path")),
    /^cannot read \/path[^\n]*$/,
  );
});

Deno.test("messageOf() of our own error about a system error is that error's message, with its remedy", () => {
  const stale = new Error("Stale file handle (os error 116)");
  const failures = [
    new CannotWritePidFile("/path", new Deno.errors.NotFound("No such file or directory (os error 2)")),
    new DamagedPartition("/path", new Error("Input/output error (os error 5)")),
    new CannotWrite("/path", stale),
  ];
  for (const error of failures) assert.equal(messageOf(error), error.message);
  assert.equal(exitCodeOf(stale), 73);
  assert.equal(exitCodeOf(new Error("Structure needs cleaning (os error 117): read '/path'")), 65);
});

Deno.test("exitCodeOf() is 65 for a damaged day or month file, and does not take an AbortSignal's reason for an error of the system", () => {
  const cut = new NotAsWritten("it has 3 bytes only");
  for (const error of [new DamagedPartition("/path", cut), new DamagedMonth("/path", cut)]) {
    assert.equal(exitCodeOf(error), 65);
    assert.equal(messageOf(error), error.message);
  }
  const aborted = new AbortController();
  aborted.abort();
  assert.equal(exitCodeOf(aborted.signal.reason), 70);
});

Deno.test("messageOf() of a bug asks to report it, and says where it happened", () => {
  const bug = new TypeError("undefined is not a function");
  assert.ok(messageOf(bug).includes("please report it"));
  assert.ok(messageOf(bug).includes(bug.stack!));
  for (const thrown of ["text", undefined, null, 17]) assert.ok(messageOf(thrown).endsWith(`${thrown}`));
});

Deno.test("combinedExitCode() is the code of all venues if they agree, else 3", () => {
  assert.equal(combinedExitCode([0]), 0);
  assert.equal(combinedExitCode([0, 0, 0]), 0);
  assert.equal(combinedExitCode([69, 69]), 69);
  assert.equal(combinedExitCode([0, 69]), 3);
  assert.equal(combinedExitCode([3, 0]), 3);
  assert.equal(combinedExitCode([69, 75]), 3);
});

Deno.test("combinedExitCode() is that of an interruption if any venue was interrupted", () => {
  const code = fc.constantFrom(0, 3, 65, 69, 73, 75);
  fc.assert(
    fc.property(fc.array(code), fc.constantFrom(130, 143), fc.array(code), (before, signal, after) => {
      assert.equal(combinedExitCode([...before, signal, ...after]), signal);
    }),
  );
});
