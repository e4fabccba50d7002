import assert from "node:assert/strict";
import { join } from "node:path";
import type { Level } from "../../src/log/line_format.ts";
import { log } from "../../src/log/log.ts";
import { moduleOf } from "../../src/log/position.ts";
import { CannotLog, configureLog, type LogSettings } from "../../src/log/setup.ts";
import { LogFolder } from "./log_folder.ts";

const NOW = Date.parse("2025-12-01T19:39:08.993Z");
const HERE = moduleOf(import.meta.url);

/** A log at INFO, in Berlin's time, with a stderr that collects its lines; `settings` override this. */
function start(settings: Partial<LogSettings> = {}) {
  const stderr: string[] = [];
  const running = configureLog({
    level: "INFO",
    timeZone: "Europe/Berlin",
    stderr: { write: (line) => void stderr.push(line), colour: false, journald: false },
    clock: () => NOW,
    ...settings,
  });
  return { stderr, ...running, [Symbol.asyncDispose]: running.close };
}

/** The messages of lines. */
function messages(lines: readonly string[]): string[] {
  return lines.map((line) => line.slice(line.indexOf(" - ") + 3));
}

function sayAll() {
  log.debug("d");
  log.info("i");
  log.warning("w");
  log.error("e");
}

Deno.test("a line has its time in the zone of the log, level, position and message", async () => {
  await using logging = start();
  function run() {
    log.info("Checking missing dates for DETR");
  }
  run();
  const [line] = logging.stderr;
  assert.equal(
    line.replace(/:\d+ - /, ":LINE - "),
    `2025-12-01 20:39:08.993 | INFO     | ${HERE}:run:LINE - Checking missing dates for DETR`,
  );
});

Deno.test("the position is where log was called, also after an await", async () => {
  await using logging = start();
  const collector = {
    async run() {
      await Promise.resolve();
      log.warning(new Error("here").stack!.split("\n")[1]);
    },
  };
  await collector.run();
  const [, where, message] = /\| (\S+) - (.*)$/.exec(logging.stderr[0])!;
  const [, line] = /:(\d+):\d+\)?$/.exec(message)!;
  assert.equal(where, `${HERE}:run:${line}`);
});

Deno.test("only lines of the level and above are written", async () => {
  const expected: Record<Level, string[]> = {
    DEBUG: ["d", "i", "w", "e"],
    INFO: ["i", "w", "e"],
    WARNING: ["w", "e"],
    ERROR: ["e"],
  };
  for (const level of Object.keys(expected) as Level[]) {
    await using logging = start({ level });
    sayAll();
    assert.deepEqual(messages(logging.stderr), expected[level]);
  }
});

Deno.test("no position is looked up for a line below the level", async () => {
  await using _logging = start();
  const { captureStackTrace } = Error;
  let looks = 0;
  Error.captureStackTrace = (...args) => {
    looks++;
    captureStackTrace(...args);
  };
  try {
    log.debug("unseen");
    assert.equal(looks, 0);
    log.info("seen");
    assert.equal(looks, 1);
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
});

Deno.test("a message is taken as it is, braces and line breaks included", async () => {
  await using logging = start();
  log.info("keys {isin} %s {*}\nof `file`");
  assert.deepEqual(messages(logging.stderr), ["keys {isin} %s {*}\\nof `file`"]);
});

Deno.test("with a file, every line goes to both, and to stderr in stderr's format", async () => {
  using folder = new LogFolder();
  const stderr: string[] = [];
  await using _logging = start({
    file: { path: folder.log },
    stderr: { write: (line) => void stderr.push(line), colour: false, journald: true },
  });
  sayAll();
  assert.deepEqual(messages(folder.lines()), ["i", "w", "e"]);
  assert.deepEqual(stderr, folder.lines().map((line, n) => `<${[6, 4, 3][n]}>${line}`));
});

Deno.test("with stderr: null the lines go only to the file", async () => {
  using folder = new LogFolder();
  await using logging = start({ file: { path: folder.log }, stderr: null });
  sayAll();
  assert.deepEqual([messages(folder.lines()), logging.dropped()], [["i", "w", "e"], 0]);
});

Deno.test("a log is silent before it is set up and after it is closed, and may be set up again", async () => {
  using folder = new LogFolder();
  log.error("before");
  const first = start({ file: { path: folder.log } });
  log.info("first");
  await first.close();
  await first.close();
  log.error("between");
  const second = start({ file: { path: folder.log }, level: "WARNING" });
  await first.close();
  sayAll();
  await second.close();
  assert.deepEqual(messages(folder.lines()), ["first", "w", "e"]);
  assert.deepEqual(messages(second.stderr), ["w", "e"]);
});

Deno.test("a second log beside the first is refused", async () => {
  await using _logging = start();
  assert.throws(() => start(), /set up already/);
});

Deno.test("reopen() continues with a new file after the old one was moved away", async () => {
  using folder = new LogFolder();
  await using logging = start({ file: { path: folder.log } });
  log.info("before");
  Deno.renameSync(folder.log, `${folder.log}.1`);
  logging.reopen();
  assert.deepEqual(folder.lines(), []);
  log.info("after");
  assert.deepEqual([messages(folder.lines("detr.log.1")), messages(folder.lines())], [["before"], ["after"]]);
});

Deno.test("a log file that cannot be opened is refused at once, with its path, the reason and what to do", () => {
  using folder = new LogFolder();
  Deno.writeTextFileSync(join(folder.root, "file"), "");
  const path = join(folder.root, "file", "detr.log");
  assert.throws(() => start({ file: { path } }), (error) => {
    assert.ok(error instanceof CannotLog);
    assert.match(
      error.message,
      /^cannot write the log file \S+file\/detr\.log: Not a directory.*--log-file$/,
    );
    return true;
  });
});

Deno.test({
  name: "a log file without permission is refused with a hint at its owner",
  permissions: { read: true, write: false },
  fn() {
    assert.throws(() => start({ file: { path: "detr.log" } }), (error) => {
      assert.ok(error instanceof CannotLog);
      assert.match(error.message, /detr\.log.*Change the owner/);
      return true;
    });
  },
});

Deno.test("a full disk stops nothing: stderr gets one message, lost lines are counted, and the file says how many", async () => {
  using folder = new LogFolder();
  const link = join(folder.root, "link");
  Deno.symlinkSync("/dev/full", link);
  await using logging = start({ file: { path: link } });
  log.info("a");
  log.info("b");
  assert.equal(logging.dropped(), 2);
  const [note, ...lines] = messages(logging.stderr);
  assert.match(note, /^The log file \S+link cannot be written: No space left on device/);
  assert.deepEqual(lines, ["a", "b"]);

  Deno.removeSync(link);
  log.info("c");
  const [missing, ...written] = messages(folder.lines("link"));
  assert.match(missing, /missing here: 2$/);
  assert.deepEqual([written, logging.dropped()], [["c"], 2]);
});

Deno.test("a broken stderr stops nothing: the file gets one message about it, and every line", async () => {
  using folder = new LogFolder();
  const write = () => {
    throw new Deno.errors.BrokenPipe("Broken pipe");
  };
  await using logging = start({
    file: { path: folder.log },
    stderr: { write, colour: false, journald: false },
  });
  log.info("a");
  log.info("b");
  const [first, note, ...rest] = messages(folder.lines());
  assert.deepEqual([first, rest, logging.dropped()], ["a", ["b"], 0]);
  assert.match(note, /^stderr cannot be written: Broken pipe/);
});
