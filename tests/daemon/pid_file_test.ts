import assert from "node:assert/strict";
import { join } from "node:path";
import { acquirePidFile, AlreadyRunning, CannotWritePidFile, holderOf } from "../../src/daemon/pid_file.ts";
import { configureLog } from "../../src/log/setup.ts";
import { realClock, Script } from "./process.ts";

const HOLDER = "hold_pid_file.ts";

/** Takes a PID file in this process, by default without waiting. */
function acquire(path: string, patienceMillis = 0, signal = new AbortController().signal) {
  return acquirePidFile(path, { clock: realClock, patienceMillis, signal });
}

function temporaryDirectory() {
  const path = Deno.makeTempDirSync();
  return {
    path,
    pidFile: join(path, "xetra.pid"),
    [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }),
  };
}

/** The warnings that are logged during `work`. */
async function warningsOf(work: () => Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  const log = configureLog({
    level: "WARNING",
    stderr: { write: (line) => lines.push(line.replace(/^.* - /, "")), colour: false, journald: false },
    clock: Date.now,
  });
  try {
    await work();
    return lines;
  } finally {
    await log.close();
  }
}

Deno.test("acquirePidFile() writes the PID so that everybody can read it, and removes the file when it is disposed", async () => {
  using dir = temporaryDirectory();
  const warnings = await warningsOf(async () => {
    using _pidFile = await acquire(dir.pidFile);
    assert.equal(Deno.readTextFileSync(dir.pidFile), `${Deno.pid}\n`);
    assert.equal(Deno.statSync(dir.pidFile).mode! & 0o444, 0o444);
  });
  assert.deepEqual([...Deno.readDirSync(dir.path)], []);
  assert.deepEqual(warnings, []);
});

Deno.test("a second process is refused with the PID of the first, and leaves its file alone", async () => {
  using dir = temporaryDirectory();
  await using first = new Script(HOLDER, [dir.pidFile]);
  assert.equal(await first.line(), "held");
  await using second = new Script(HOLDER, [dir.pidFile]);
  assert.equal(
    await second.line(),
    `AlreadyRunning: Another instance is already running (PID ${first.pid}): it holds ${dir.pidFile}`,
  );
  await second.end();
  await assert.rejects(acquire(dir.pidFile), AlreadyRunning);
  assert.equal(Deno.readTextFileSync(dir.pidFile), `${first.pid}\n`);
  assert.equal((await first.end()).code, 0);
  assert.deepEqual([...Deno.readDirSync(dir.path)], []);
});

Deno.test("the file of a process that was killed by SIGKILL is taken over with a warning", async () => {
  using dir = temporaryDirectory();
  await using killed = new Script(HOLDER, [dir.pidFile]);
  assert.equal(await killed.line(), "held");
  killed.kill("SIGKILL");
  await killed.ended();
  assert.equal(Deno.readTextFileSync(dir.pidFile), `${killed.pid}\n`);
  assert.equal(holderOf(dir.pidFile), null);
  const warnings = await warningsOf(async () => {
    using _pidFile = await acquire(dir.pidFile);
    assert.equal(Deno.readTextFileSync(dir.pidFile), `${Deno.pid}\n`);
  });
  assert.deepEqual(warnings, [
    `Taking over the PID file ${dir.pidFile}: it says "${killed.pid}", but no process holds it`,
  ]);
});

Deno.test("a file that is empty, or holds garbage, 0, -1 or the PID of another process, is taken over with a warning", async () => {
  for (const content of ["", "\n", "garbage", "0\n", "-1\n", "1\n", `${Deno.pid}\n`, "9".repeat(300)]) {
    using dir = temporaryDirectory();
    Deno.writeTextFileSync(dir.pidFile, content);
    const warnings = await warningsOf(async () => {
      using _pidFile = await acquire(dir.pidFile);
      assert.equal(Deno.readTextFileSync(dir.pidFile), `${Deno.pid}\n`, content);
    });
    assert.equal(warnings.length, 1, content);
    assert.match(
      warnings[0],
      /^Taking over the PID file .*: (it is empty|it says ".*", but no process holds it)$/,
    );
    assert.deepEqual([...Deno.readDirSync(dir.path)], []);
  }
});

Deno.test("a file that has replaced ours is not removed", async () => {
  using dir = temporaryDirectory();
  {
    using _pidFile = await acquire(dir.pidFile);
    Deno.writeTextFileSync(`${dir.pidFile}.new`, "4711\n");
    Deno.renameSync(`${dir.pidFile}.new`, dir.pidFile);
  }
  assert.equal(Deno.readTextFileSync(dir.pidFile), "4711\n");
});

Deno.test("a file that was removed meanwhile causes no error at the end", async () => {
  using dir = temporaryDirectory();
  const warnings = await warningsOf(async () => {
    using _pidFile = await acquire(dir.pidFile);
    Deno.removeSync(dir.pidFile);
  });
  assert.deepEqual(warnings, []);
});

Deno.test("acquirePidFile() waits for a lock that is held only for an instant", async () => {
  using dir = temporaryDirectory();
  Deno.writeTextFileSync(dir.pidFile, "");
  const probe = Deno.openSync(dir.pidFile);
  assert.ok(probe.tryLockSync(false));
  setTimeout(() => probe.close(), 120);
  using _pidFile = await acquire(dir.pidFile, 60_000);
  assert.equal(Deno.readTextFileSync(dir.pidFile), `${Deno.pid}\n`);
});

Deno.test("waiting for a lock ends with the signal", async () => {
  using dir = temporaryDirectory();
  using _pidFile = await acquire(dir.pidFile);
  await assert.rejects(acquire(dir.pidFile, 60_000, AbortSignal.timeout(100)), { name: "TimeoutError" });
});

Deno.test("of many processes that start at once exactly one gets the file, also when there is a stale one", async () => {
  using dir = temporaryDirectory();
  Deno.writeTextFileSync(dir.pidFile, "4711\n");
  const rivals = Array.from({ length: 6 }, () => new Script(HOLDER, [dir.pidFile]));
  try {
    const said = await Promise.all(rivals.map((rival) => rival.line()));
    const winners = rivals.filter((_, i) => said[i] === "held");
    assert.equal(winners.length, 1);
    const refusal = `Another instance is already running (PID ${winners[0].pid}): it holds ${dir.pidFile}`;
    assert.deepEqual(said.filter((line) => line !== "held"), Array(5).fill(`AlreadyRunning: ${refusal}`));
  } finally {
    await Promise.all(rivals.map((rival) => rival[Symbol.asyncDispose]()));
  }
});

Deno.test("holderOf() says who holds a PID file, and neither creates nor changes it", async () => {
  using dir = temporaryDirectory();
  assert.equal(holderOf(dir.pidFile), null);
  assert.deepEqual([...Deno.readDirSync(dir.path)], []);
  await using holder = new Script(HOLDER, [dir.pidFile]);
  assert.equal(await holder.line(), "held");
  assert.deepEqual(holderOf(dir.pidFile), { pid: holder.pid });
  await holder.end();
  assert.equal(holderOf(dir.pidFile), null);
});

Deno.test("without write access, a held file is recognized as held, and a free one cannot be written", async () => {
  using dir = temporaryDirectory();
  const readOnly = ["--no-check", `--allow-read=${dir.path}`, "--allow-env"];
  {
    await using holder = new Script(HOLDER, [dir.pidFile]);
    assert.equal(await holder.line(), "held");
    await using other = new Script(HOLDER, [dir.pidFile], {}, readOnly);
    assert.match(await other.line() ?? "", new RegExp(`^AlreadyRunning: .*\\(PID ${holder.pid}\\)`));
  }
  await using other = new Script(HOLDER, [dir.pidFile], {}, readOnly);
  assert.match(await other.line() ?? "", /^CannotWritePidFile: cannot write the PID file .*Change the owner/);
  await using blind = new Script(HOLDER, [dir.pidFile], {}, ["--no-check", "--allow-env"]);
  assert.match(await blind.line() ?? "", /^CannotWritePidFile: cannot write the PID file .*Change the owner/);
});

Deno.test("a missing folder is not created, and the error says that it is missing", async () => {
  using dir = temporaryDirectory();
  const path = join(dir.path, "missing", "xetra.pid");
  await assert.rejects(acquire(path), (error: Error) => {
    assert.ok(error instanceof CannotWritePidFile);
    assert.match(error.message, /cannot write the PID file .*missing\/xetra.pid: .*Make its folder/);
    return true;
  });
  await assert.rejects(acquire(dir.path), CannotWritePidFile);
  Deno.writeTextFileSync(dir.pidFile, "");
  await assert.rejects(acquire(join(dir.pidFile, "xetra.pid")), CannotWritePidFile);
});
