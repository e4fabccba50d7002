import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { startReplica } from "../../scripts/replica/server.ts";
import { checkoutOf } from "./checkout.ts";
import { DAY, heard } from "./daemon_program.ts";
import { type Program, type RunOptions, startProgram } from "./harness.ts";

/** What `deno task daemon` grants, and why; each value is tested below, or by the test named here. */
const GRANTS: Record<string, Record<string, string> | string> = {
  "--quiet": "Deno's own remarks are no lines of the log",
  "--no-prompt": "nobody is there to answer",
  "--no-remote": "by default code may be imported from several hosts, whatever --allow-net says",
  "--v8-flags": "memory: the least of a thread that lives for hours",
  "--unstable-net": "the socket of systemd",
  "--allow-net": {
    "mfs.deutsche-boerse.com": "listings and downloads",
    "storage.googleapis.com": "where downloads are redirected to (tests/feed/http/api_test.ts)",
    "127.0.0.1": "an --api-url on this machine",
    "localhost": "the same by its name",
    "[::1]": "the same in IPv6",
    "unix:/run/systemd/notify": "READY, STATUS, WATCHDOG, STOPPING",
  },
  "--allow-read": { ".": "the data and the code of the cycle's thread" },
  "--allow-write": { ".": "the data", "/run/systemd/notify": "sending to a socket is writing" },
  "--allow-env": {
    XETRA_PARQED_API_URL: "stands for --api-url",
    NOTIFY_SOCKET: "where systemd listens",
    WATCHDOG_USEC: "how often it wants to hear (tests/daemon/notify_test.ts)",
    JOURNAL_STREAM: "whether the journal reads the log",
    NO_COLOR: "terminals (tests/cli/terminal/terminal_test.ts)",
    FORCE_COLOR: "asked for by the parser of the command line",
    CLICOLOR_FORCE: "asked for by the parser of the command line",
  },
  "--ignore-env": "all other variables are not there, which is no error",
  "--allow-sys": { statfs: "room on the disk, which only status asks for so far" },
};

const [malloc, update, deno, run, ...TASK] = config.tasks.daemon.command.split(" ");
const FLAGS = TASK.slice(0, TASK.indexOf("main.ts"));

Deno.test("`deno task daemon` grants only permissions with a reason", () => {
  assert.deepEqual([malloc, update], ["MALLOC_MMAP_THRESHOLD_=131072", "DENO_NO_UPDATE_CHECK=1"]);
  assert.deepEqual([deno, run], ["deno", "run"]);
  assert.deepEqual(TASK.slice(FLAGS.length), ["main.ts", "fetch-trades", "--daemon"]);
  const granted = FLAGS.map((flag) => flag.split(/=(.*)/)).map((
    [flag, values],
  ) => [flag, values?.split(",")]);
  const reasoned = Object.entries(GRANTS).map(([flag, why]) => [
    flag,
    typeof why === "string" ? granted.find(([other]) => other === flag)?.[1] : Object.keys(why),
  ]);
  assert.deepEqual(granted, reasoned);
});

const NOTIFY = { NOTIFY_SOCKET: "/run/systemd/notify" };

/** What the daemon logs when something is not granted; `host` is the host of the replica's address. */
const MISSED: readonly [
  flag: string,
  value: string | null,
  said: RegExp,
  world?: { host?: string; env?: Record<string, string> },
][] = [
  ["--allow-net", "127.0.0.1", /the listing of DETR: Requires net access to "127.0.0.1:/],
  ["--allow-net", "localhost", /the listing of DETR: Requires net access to "localhost:/, {
    host: "localhost",
  }],
  ["--allow-net", "[::1]", /the listing of DETR: Requires net access to "\[::1\]:/, { host: "[::1]" }],
  ["--allow-net", "unix:/run/systemd/notify", /service manager at \/run\/systemd\/notify gets no word/, {
    env: NOTIFY,
  }],
  ["--allow-write", "/run/systemd/notify", /service manager at \/run\/systemd\/notify gets no word/, {
    env: NOTIFY,
  }],
  ["--unstable-net", null, /Cannot tell systemd .*: Deno needs --unstable-net/, { env: NOTIFY }],
  ["--allow-read", ".", /Requires read access to ".*\/src\/cli\/main\.ts"/],
  ["--allow-write", ".", /ERROR .* cannot write \.xetra-parqed.*: no permission/],
];

for (const [flag, value, said, world] of MISSED) {
  Deno.test(`without ${flag}${value === null ? "" : `=${value}`} the daemon says what is missing`, async () => {
    await using replica = await startReplica({ days: [DAY] });
    using checkout = checkoutOf("main.ts");
    const apiUrl = replica.apiUrl.replace("127.0.0.1", world?.host ?? "127.0.0.1");
    const options = { cwd: checkout.path, env: world?.env };
    await using daemon = startWith(without(flag, value), ["--api-url", apiUrl], options);
    await heard(daemon, said);
  });
}

Deno.test("with all its grants the daemon misses none, also with a socket of systemd", async () => {
  await using replica = await startReplica({ days: [DAY] });
  for (const host of ["127.0.0.1", "localhost"]) {
    using checkout = checkoutOf("main.ts");
    const apiUrl = replica.apiUrl.replace("127.0.0.1", host);
    const options = { cwd: checkout.path, env: NOTIFY };
    await using daemon = startWith(FLAGS, ["--api-url", apiUrl], options);
    await heard(daemon, / - Cycle 1: DETR: 10 files, 400 trades, /);
    daemon.child.kill("SIGTERM");
    const { code, stderr } = await daemon.ended;
    assert.equal(code, 0);
    assert.doesNotMatch(stderr, /NotCapable|Requires|no permission|ERROR/);
  }
});

Deno.test("without their grants the variables are ignored", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using checkout = checkoutOf("main.ts");
  const env = { XETRA_PARQED_API_URL: replica.apiUrl, NOTIFY_SOCKET: "/nonexistent/notify" };
  const asJournal = ["sh", "-c", 'JOURNAL_STREAM="$(stat -Lc %d:%i /proc/self/fd/2)" exec "$@"', "sh"];
  const options = { cwd: checkout.path, env, under: asJournal };
  {
    await using daemon = startWith(FLAGS, [], options);
    await heard(daemon, /^<4>.*The service manager at \/nonexistent\/notify gets no word/m);
    await heard(daemon, /^<6>.* - Cycle 1: /m);
  }
  // It may not ask the exchange either, as it would without the variable.
  const flags = without("--allow-net", "mfs.deutsche-boerse.com").filter((flag) =>
    !flag.startsWith("--allow-env")
  );
  await using daemon = startWith(flags, [], options);
  await heard(daemon, /the listing of DETR: Requires net access to "mfs\.deutsche-boerse\.com/);
  daemon.child.kill("SIGTERM");
  const { stderr } = await daemon.ended;
  assert.doesNotMatch(stderr, /^<|service manager/m);
});

/** The flags of the task without one of them, or without one of its values. */
function without(flag: string, value: string | null): string[] {
  return FLAGS.flatMap((granted) => {
    const [name, values] = granted.split(/=(.*)/);
    if (name !== flag) return [granted];
    const left = value === null ? [] : values.split(",").filter((other) => other !== value);
    return left.length === 0 ? [] : [`${name}=${left.join(",")}`];
  });
}

/** The task's program under these flags, as a daemon that logs everything. */
function startWith(flags: readonly string[], more: readonly string[], options: RunOptions): Program {
  const args = ["fetch-trades", "--daemon", "DETR", "--active-hours", "00:00-24:00", "--quota", "1000/1"];
  return startProgram([...args, "--log-level", "DEBUG", ...more], {
    ...options,
    deno: ["run", ...flags],
    main: "main.ts",
  });
}
