import assert from "node:assert/strict";
import { VERSION } from "../../src/cli/version.ts";
import { type Program, type Run, startCommand } from "../e2e/harness.ts";
import { canMount, ownDisks } from "../e2e/own_disk.ts";
import { awaited } from "../e2e/evidence.ts";
import { canPlay } from "./service_manager.ts";
import { busy } from "../busy.ts";
import { giveTo, Home, isRoot, TOOLS, unpackedIn } from "./portable.ts";

/** Mounts a disk on the first argument, with the options in the second, only for the command that follows. */
const MOUNTED = 'mount -t tmpfs -o "mode=1777,$2" none "$1" && shift 2 && exec "$@"';

function assertRuns(run: Run): void {
  assert.deepEqual([run.code, run.stdout, run.stderr], [0, `${VERSION}\n`, ""]);
}

/** Asserts that the program could not unpack itself, and returns what it says about the folders that it tried. */
function refusals(run: Run): string[] {
  assert.deepEqual([run.code, run.stdout], [73, ""], run.stderr);
  const [head, ...reasons] = run.stderr.trimEnd().split("\n");
  assert.match(head, /^xetra-parqed: no folder to unpack into; set XETRA_PARQED_CACHE to one of yours, .*:$/);
  return reasons.map((reason) => reason.trim());
}

Deno.test("20 first starts at once all run, unpack once, and leave nothing behind", async () => {
  using home = new Home();
  const runs = await Promise.all(Array.from({ length: 20 }, () => home.run(["--version"])));
  runs.forEach(assertRuns);
  const { whole, leftovers } = unpackedIn(home.of(".cache"));
  assert.deepEqual([whole.length, leftovers], [1, []]);
});

Deno.test("also without flock: the second process does not replace what the first has unpacked", async () => {
  using home = new Home(TOOLS.filter((tool) => tool !== "flock"));
  const runs = await Promise.all(Array.from({ length: 4 }, () => home.run(["--version"])));
  runs.forEach(assertRuns);
  const { whole, leftovers } = unpackedIn(home.of(".cache"));
  assert.deepEqual([whole.length, leftovers], [1, []]);
});

const MOST_TRIES = 10;
/** How many bytes of the program are unpacked when the signal comes. */
const MOMENTS = {
  SIGKILL: [0, 1_000_000, 40_000_000, 90_000_000],
  SIGTERM: [0, 40_000_000],
  SIGINT: [1_000_000, 90_000_000],
} as const;

for (const signal of ["SIGKILL", "SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} while it unpacks, at several moments: the next start works`, async () => {
    for (const bytes of MOMENTS[signal]) {
      await using caught = await unpacking(bytes);
      const { home, first } = caught;
      const asked = performance.now();
      first.child.kill(signal);
      const ended = await first.child.status;
      const millis = Math.round(performance.now() - asked);
      console.log(`${signal} at ${bytes} bytes: ended after ${millis} ms`);
      assert.equal(ended.signal, signal);
      assert.ok(millis < busy() * 1_000);
      if (signal !== "SIGKILL") {
        assert.deepEqual(unpackedIn(home.of(".cache")), { whole: [], leftovers: [] });
        assert.deepEqual(commandsNaming(home.path), []);
      }
      assertRuns(await home.run(["--version"]));
      const { whole, leftovers } = unpackedIn(home.of(".cache"));
      assert.deepEqual([whole.length, leftovers], [1, []]);
    }
  });
}

/**
 * A first start that has just unpacked so many bytes. On a busy machine it may end between two looks: then there is
 * another one.
 */
async function unpacking(bytes: number): Promise<AsyncDisposable & { home: Home; first: Program }> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    await using starting = new AsyncDisposableStack();
    const home = starting.use(new Home());
    const first = starting.use(home.start(["--version"]));
    let isOver = false;
    first.ended.then(() => isOver = true);
    let isThere = false;
    await awaited(`${bytes} bytes`, () => (isThere = unpackedBytes(home.of(".cache")) >= bytes) || isOver);
    if (!isThere) continue;
    const caught = starting.move();
    return { home, first, [Symbol.asyncDispose]: () => caught.disposeAsync() };
  }
  assert.fail(`of ${MOST_TRIES} first starts none was seen when it had unpacked ${bytes} bytes`);
}

/** The processes of which the command line names a path. */
function commandsNaming(path: string): string[] {
  const processes = [...Deno.readDirSync("/proc")].filter(({ name }) => /^\d+$/.test(name));
  return processes.map(({ name }) => commandLineOf(name)).filter((command) => command.includes(path));
}

function commandLineOf(process: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${process}/cmdline`).replaceAll("\0", " ");
  } catch {
    return ""; // it has ended
  }
}

/** How much has been unpacked below a cache folder so far; -1 before it begins. */
function unpackedBytes(cache: string): number {
  try {
    const [unfinished] = [...Deno.readDirSync(`${cache}/xetra-parqed`)].filter(({ name }) =>
      name.startsWith(".new")
    );
    const folder = `${cache}/xetra-parqed/${unfinished.name}`;
    return [...Deno.readDirSync(folder)].reduce(
      (sum, { name }) => sum + Deno.statSync(`${folder}/${name}`).size,
      0,
    );
  } catch {
    return -1; // it does not exist yet, or no longer
  }
}

Deno.test("unpacking a version removes older ones that no process runs any more, and nothing else", async () => {
  using home = new Home();
  const versions = { running: "0123456789abcdef", old: "fedcba9876543210" };
  const of = (name: string) => home.of(".cache/xetra-parqed", name);
  for (const name of [...Object.values(versions), "something"]) {
    Deno.mkdirSync(of(name), { recursive: true });
    Deno.copyFileSync("/usr/bin/sleep", `${of(name)}/xetra-parqed`);
  }
  home.own();
  await using _running = startCommand(home.as([`${of(versions.running)}/xetra-parqed`, "60"]));
  assertRuns(await home.run(["--version"]));
  const { whole } = unpackedIn(home.of(".cache"));
  assert.ok(whole.includes(versions.running) && whole.includes("something"), `${whole}`);
  assert.deepEqual([whole.length, whole.includes(versions.old)], [3, false]);
});

Deno.test("damaged files in the cache are unpacked again", async () => {
  using home = new Home();
  assertRuns(await home.run(["--version"]));
  const [id] = unpackedIn(home.of(".cache")).whole;
  for (
    const [file, damage] of [
      ["app/main.js", (path: string) => Deno.truncateSync(path, 0)], // as after a loss of power
      ["app/chunk-1.js", (path: string) => Deno.removeSync(path)], // as after a cleanup of old files
    ] as const
  ) {
    damage(home.of(".cache/xetra-parqed", id, file));
    assertRuns(await home.run(["--version"]));
  }
});

Deno.test("a cache in which other users may write is not used", async () => {
  using home = new Home();
  const env = { XETRA_PARQED_CACHE: home.of("cache") };
  assertRuns(await home.run(["--version"], { env }));
  const [id] = unpackedIn(env.XETRA_PARQED_CACHE).whole;
  for (const folder of ["cache", "cache/xetra-parqed", `cache/xetra-parqed/${id}`]) {
    Deno.chmodSync(home.of(folder), 0o777);
    const [reason, ...more] = refusals(await home.run(["--version"], { env }));
    assert.deepEqual([reason, more], [
      `${env.XETRA_PARQED_CACHE}: not used, for other users may write there`,
      [],
    ]);
    Deno.chmodSync(home.of(folder), 0o755);
  }
  assertRuns(await home.run(["--version"], { env }));
});

Deno.test({
  name: "a cache that another user has prepared is not used, but one that root has made is",
  ignore: !isRoot,
}, async () => {
  using home = new Home();
  const env = { XETRA_PARQED_CACHE: home.of("cache") };
  assertRuns(await home.run(["--version"], { env }));
  giveTo(12345, env.XETRA_PARQED_CACHE);
  const [reason] = refusals(await home.run(["--version"], { env }));
  assert.match(reason, /cache: not used, for other users may write there$/);
  giveTo(0, env.XETRA_PARQED_CACHE);
  assertRuns(await home.run(["--version"], { env }));
});

const DISKS: [disk: string, options: string, reason: RegExp][] = [
  ["a full", "size=20m", /: \d+ kB free, \d+ kB needed$/],
  ["a read-only", "ro", /: mkdir: .*: Read-only file system$/],
  ["a noexec", "noexec", /: nothing can be run there \(noexec\?\): .*Permission denied$/],
];

for (const [disk, options, said] of DISKS) {
  Deno.test({
    name: `on ${disk} disk it says so and ends with 73`,
    ignore: !canMount,
  }, async () => {
    using home = new Home();
    const cache = home.of("disk");
    Deno.mkdirSync(cache);
    const under = ["unshare", isRoot ? "-m" : "-rm", "sh", "-c", MOUNTED, "sh", cache, options];
    const run = await home.run(["--version"], { env: { XETRA_PARQED_CACHE: cache }, under });
    const [reason, ...more] = refusals(run);
    assert.ok(reason.startsWith(`${cache}: `), reason);
    assert.match(reason, said);
    assert.deepEqual(more, []);
  });
}

Deno.test({
  name:
    "run by hand as the service's user it takes the program from the service's cache, and unpacks no second one",
  ignore: !canPlay,
  fn: async () => {
    await using disks = await ownDisks({ "/var/cache": "300m" }, "same users");
    using home = new Home();
    const service = disks.seen("/var/cache/xetra");
    // One of another user is left alone.
    Deno.mkdirSync(service);
    assertRuns(await home.run(["--version"], { under: disks.under }));
    assert.deepEqual([...Deno.readDirSync(service)], []);
    Deno.removeSync(home.of(".cache"), { recursive: true });

    giveTo(home.uid, service);
    const asService = { env: { CACHE_DIRECTORY: "/var/cache/xetra" }, under: disks.under };
    assertRuns(await home.run(["--version"], asService));
    assertRuns(await home.run(["--version"], { under: disks.under }));
    assert.equal(unpackedIn(service).whole.length, 1);
    assert.throws(() => Deno.statSync(home.of(".cache")), Deno.errors.NotFound);
  },
});

Deno.test("without a variable it uses the first possible folder, or says why none is possible", async () => {
  using home = new Home();
  const file = home.of("file");
  Deno.writeTextFileSync(file, "");
  const env = {
    CACHE_DIRECTORY: `${home.of("service")}:elsewhere`,
    XDG_CACHE_HOME: home.of("xdg"),
    TMPDIR: file,
  };
  for (const folder of ["service", "xdg", ".cache"]) {
    assertRuns(await home.run(["--version"], { env }));
    assert.equal(unpackedIn(home.of(folder)).whole.length, 1);
    Deno.removeSync(home.of(folder), { recursive: true });
    Deno.writeTextFileSync(home.of(folder), "");
  }
  const tried = refusals(await home.run(["--version"], { env })).map((reason) => reason.split(": ")[0]);
  assert.deepEqual(tried, [
    ...["service", "xdg", ".cache"].map((name) => home.of(name)),
    `${file}/xetra-parqed-${home.uid}`,
  ]);
});
