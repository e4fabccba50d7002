import assert from "node:assert/strict";
import { temporaryDirectory } from "./harness.ts";
import { answered, DATES, fillStore, type Served, startServing, VENUES } from "./page_program.ts";

const DAY = "/data/de/xetra/trades/venue=DETR/year=2026/month=09/day=01/trades.parquet";
const MANY = 1_000;
/** It took 92, and 124 to 146 before V8 was told in `AS_SHIPPED` to collect its garbage earlier. */
const MOST_MEGABYTES = 120;
const ROUNDS = 10;
const CALENDARS = VENUES.map((venue) => `/api/coverage?venue=${venue}&from=2026-01-01`);
/** So many are held at a time. */
const MOST_CONNECTIONS = 256;
/** What a connection may cost, in kilobytes, whatever the size of what it requests. */
const MOST_KILOBYTES = 100;

const store = temporaryDirectory();
addEventListener("unload", () => store[Symbol.dispose]());
await fillStore(store.path);
Deno.writeTextFileSync(store.of("secret.txt"), "a secret");

/** Sends a request as it is, and returns the beginning of the answer. */
async function sent({ url }: Served, request: string): Promise<string> {
  using connection = await connected(url);
  await connection.write(new TextEncoder().encode(request.replaceAll("\n", "\r\n")));
  const answer = new Uint8Array(1 << 16);
  const read = await connection.read(answer) ?? 0;
  return new TextDecoder().decode(answer.subarray(0, read));
}

function connected(url: string): Promise<Deno.TcpConn> {
  const { hostname, port } = new URL(url);
  return Deno.connect({ hostname, port: Number(port) });
}

const get = (path: string, host: string, more = "") =>
  `GET ${path} HTTP/1.1\nHost: ${host}\n${more}Connection: close\n\n`;
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

Deno.test("requests for a foreign host, from a foreign origin, or with a method that changes something are refused", async () => {
  await using served = await startServing(store.path);
  const { host } = new URL(served.url);
  for (const path of ["/", "/api/status", DAY]) {
    assert.equal(statusOf(await sent(served, get(path, host))), 200, path);
    assert.equal(statusOf(await sent(served, get(path, "evil.example"))), 403, path);
    assert.equal(statusOf(await sent(served, get(path, host, "Origin: http://evil.example\n"))), 403, path);
    const post = await sent(
      served,
      `POST ${path} HTTP/1.1\nHost: ${host}\nContent-Length: 0\nConnection: close\n\n`,
    );
    assert.equal(statusOf(post), 405, path);
  }
});

Deno.test("no answer can be shown within another page, or read by one", async () => {
  await using served = await startServing(store.path);
  const { host } = new URL(served.url);
  for (const path of ["/", "/api/status", "/nowhere", DAY]) {
    const answer = (await sent(served, get(path, host))).toLowerCase();
    assert.match(answer, /content-security-policy: default-src 'self';.*frame-ancestors 'none'/, path);
    assert.match(answer, /cross-origin-resource-policy: same-origin/, path);
    assert.match(answer, /x-content-type-options: nosniff/, path);
    assert.doesNotMatch(answer, /access-control-allow/, path);
  }
});

Deno.test("no path leads out of the stored files: neither dots, nor encoded dots, nor a link", async () => {
  await using served = await startServing(store.path);
  const { host } = new URL(served.url);
  const linked = store.of("data/de/xetra/trades/venue=DETR/year=2026/month=09/day=02");
  Deno.mkdirSync(linked, { recursive: true });
  Deno.symlinkSync(store.of("secret.txt"), `${linked}/trades.parquet`);
  Deno.symlinkSync(store.path, store.of("data/de/xetra/trades/venue=DLNK"));
  const paths = [
    "/data/../secret.txt",
    "/data/%2e%2e/secret.txt",
    "/data/..%2fsecret.txt",
    "/data/de/xetra/../../../secret.txt",
    "/data/de/xetra/trades/venue=DETR/year=2026/month=09/day=01/..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2fsecret.txt",
    "//secret.txt",
    "/secret.txt",
    DAY.replace("day=01", "day=02"),
    DAY.replace("DETR", "DLNK"),
    `${DAY}%00`,
  ];
  for (const path of paths) {
    const answer = await sent(served, get(path, host));
    assert.ok([400, 404].includes(statusOf(answer)), `${path}: ${answer.slice(0, 80)}`);
    assert.doesNotMatch(answer, /a secret/);
  }
  Deno.removeSync(linked, { recursive: true });
  Deno.removeSync(store.of("data/de/xetra/trades/venue=DLNK"));
});

Deno.test("a range without an end returns the rest of the file, and a hundred ranges return the whole file once", async () => {
  await using served = await startServing(store.path);
  const ranges = Array.from({ length: 100 }, () => "0-").join(",");
  const response = await fetch(served.url + DAY, { headers: { range: `bytes=${ranges}` } });
  const whole = (await response.arrayBuffer()).byteLength;
  const rest = await fetch(served.url + DAY, { headers: { range: "bytes=100-" } });
  assert.deepEqual([response.status, rest.status], [200, 206]);
  assert.equal((await rest.arrayBuffer()).byteLength, whole - 100);
});

Deno.test("a thousand clients that do not read cost little memory, and the page answers others meanwhile", async () => {
  await using served = await startServing(store.path);
  const { host } = new URL(served.url);
  await answers(served);
  const before = residentKilobytes(served.child.pid);
  const request = new TextEncoder().encode(get(DAY, host).replaceAll("\n", "\r\n"));
  using slow = new DisposableStack();
  for (let i = 0; i < MANY; i++) {
    const connection = slow.use(await connected(served.url));
    await connection.write(request);
  }
  await answers(served);
  const each = (residentKilobytes(served.child.pid) - before) / MANY;
  console.log(`serving: ${Math.round(before / 1024)} MB; a slow reader: ${each.toFixed(1)} KB`);
  assert.ok(each <= MOST_KILOBYTES);
});

Deno.test("a thousand connections that ask nothing are not held: 256 at a time, and these for seconds", async () => {
  await using served = await startServing(store.path);
  const { host } = new URL(served.url);
  await answers(served);
  const before = openSockets(served.child.pid);
  const whole = `GET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  for (const said of ["", whole.slice(0, -2), whole]) {
    using idle = new DisposableStack();
    const connections: Deno.TcpConn[] = [];
    for (let i = 0; i < MANY; i++) {
      const connection = idle.use(await connected(served.url));
      if (said !== "") await connection.write(new TextEncoder().encode(said)).catch(() => {}); // not taken
      connections.push(connection);
    }
    await turnedAway(served);
    const held = openSockets(served.child.pid) - before;
    assert.ok(held <= MOST_CONNECTIONS, `${held} after ${JSON.stringify(said)}`);
    await Promise.all(connections.map(closed));
    await answers(served);
  }
});

Deno.test("whoever looks at everything again and again does not make it larger than 120 MB", async () => {
  await using served = await startServing(store.path);
  const { instruments } = await answered<{ instruments: { isin: string }[] }>(
    served,
    "/api/instruments?venue=DETR",
  );
  const charts = instruments.map(({ isin }) => `/api/bars?venue=DETR&isin=${isin}`);
  for (let round = 0; round < ROUNDS; round++) {
    await answers(served);
    for (const path of [...CALENDARS, ...charts]) await answered(served, path);
  }
  const megabytes = residentKilobytes(served.child.pid) / 1024;
  console.log(`serving: ${Math.round(megabytes)} MB after ${ROUNDS} rounds`);
  assert.ok(megabytes <= MOST_MEGABYTES);
});

/** Resolves when the other side has closed it. */
async function closed(connection: Deno.TcpConn): Promise<void> {
  const piece = new Uint8Array(1 << 12);
  while (await connection.read(piece).catch(() => null) !== null);
}

/**
 * Resolves when all connections before were taken or turned away. Each is, in the order of its coming; only the closing of
 * those that come at once may be in another order, so that the second is opened when the first is closed.
 */
async function turnedAway({ url }: Served): Promise<void> {
  for (let i = 0; i < 2; i++) {
    using connection = await connected(url);
    await closed(connection);
  }
}

function openSockets(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  const links = [...Deno.readDirSync(folder)].map(({ name }) => linkOf(`${folder}/${name}`));
  return links.filter((link) => link?.startsWith("socket:")).length;
}

/** Where a link leads; null when it has gone meanwhile. */
function linkOf(path: string): string | null {
  try {
    return Deno.readLinkSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Asserts that the page and what it requests are answered. */
async function answers({ url }: Served): Promise<void> {
  for (const path of ["/", "/bundle.js", "/api/status", `/api/day?venue=DETR&date=${DATES[1]}`]) {
    const response = await fetch(url + path);
    assert.equal(response.status, 200, path);
    await response.text();
  }
}

function residentKilobytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))![1]);
}

Deno.test("a request for two thousand years of a venue without data is answered at once", async () => {
  using folder = temporaryDirectory();
  await using served = await startServing(folder.path, "DETR");
  const response = await fetch(`${served.url}/api/coverage?venue=DETR&from=0001-01-01`);
  assert.deepEqual(await response.json(), { venue: "DETR", days: [] });
});

Deno.test("when the state cannot be read, streams of events end with a warning, and the rest continues", async () => {
  using folder = temporaryDirectory();
  Deno.mkdirSync(folder.of(".xetra-parqed"));
  await using served = await startServing(folder.path, "DETR");
  const events = await fetch(`${served.url}/api/events`);
  // a file in the place of the folder: ENOTDIR
  Deno.removeSync(folder.of(".xetra-parqed"));
  Deno.writeTextFileSync(folder.of(".xetra-parqed"), "");
  await served.said(/WARNING .* Pages are not told of cycles/);
  await events.text();
  const response = await fetch(`${served.url}/healthz`);
  assert.equal(response.status, 200);
  await response.text();
});
