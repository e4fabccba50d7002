import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { dailyFile, listedFile, minuteFile } from "../../../src/feed/file_names.ts";
import {
  type Answer,
  bytesOf,
  client,
  hanging,
  loopback,
  ok,
  rawLoopback,
  status,
  toStorage,
  until,
} from "../loopback_exchange.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const FILE = minuteFile("DETR", "2026-09-01", 514);
const API = `/api/download/${FILE.name}`;
const STORAGE = `/storage/${FILE.name}`;
const GZ = new Uint8Array(gzipSync('{"isin":"DE0007164600"}\n'));
const NEVER = new AbortController().signal;
const MIB = 1024 * 1024;

Deno.test("download() follows each kind of redirect once and gives the bytes as they are", async () => {
  for (const redirect of [301, 302, 303, 307, 308]) {
    await using server = loopback({ api: [toStorage(redirect)], storage: [ok(GZ)] });
    const download = await server.exchange.download(FILE, bytesOf, NEVER);
    assert.deepEqual(download, { kind: "received", value: GZ });
    assert.deepEqual(server.asked, [API, STORAGE]);
    assert.equal(server.store.state.grants.length, 1);
  }
});

Deno.test("download() accepts a body that the API sends without a redirect", async () => {
  await using server = loopback({ api: [ok(GZ)] });
  assert.deepEqual(await server.exchange.download(FILE, bytesOf, NEVER), { kind: "received", value: GZ });
});

Deno.test("download() requests only the exchange's address and its storage", async () => {
  const asked: string[] = [];
  const location = "https://storage.googleapis.com/mfs/x.gz?X-Goog-Signature=ab";
  const get = (url: URL): Promise<Response> => {
    asked.push(url.href);
    const redirect = new Response(null, { status: 301, headers: { location } });
    return Promise.resolve(asked.length === 1 ? redirect : new Response(GZ));
  };
  const { exchange } = client("https://mfs.deutsche-boerse.com", { get });
  assert.deepEqual(await exchange.download(FILE, bytesOf, NEVER), { kind: "received", value: GZ });
  assert.deepEqual(asked, [`https://mfs.deutsche-boerse.com${API}`, location]);
});

Deno.test("download() keeps a file that is marked with gzip encoding as it is, and requests no encoding", async () => {
  const encodings: (string | null)[] = [];
  await using server = loopback({
    storage: [(request) => {
      encodings.push(request.headers.get("accept-encoding"));
      return new Response(GZ, { headers: { "content-encoding": "gzip" } });
    }],
  });
  assert.deepEqual(await server.exchange.download(FILE, bytesOf, NEVER), { kind: "received", value: GZ });
  assert.deepEqual(encodings, ["identity"]);
});

Deno.test("download() takes a 404 or 400 of the API as a missing file, and does not try again", async () => {
  for (const code of [404, 400]) {
    await using server = loopback({ api: [status(code, "No")] });
    const download = await server.exchange.download(FILE, bytesOf, NEVER);
    assert.deepEqual(download, { kind: "gone", reason: `HTTP ${code}` });
    assert.deepEqual(server.asked, [API]);
  }
});

Deno.test("download() takes a 404 of storage as a missing file, whatever its body says, and does not try again", async () => {
  for (const code of ["NoSuchKey", "NoSuchBucket"]) {
    await using server = loopback({ storage: [status(404, `<Error><Code>${code}</Code></Error>`)] });
    const download = await server.exchange.download(FILE, bytesOf, NEVER);
    assert.deepEqual(download, { kind: "gone", reason: "HTTP 404 from storage" });
    assert.deepEqual(server.asked, [API, STORAGE]);
  }
});

Deno.test("download() takes a 400 or 403 of storage as an expired URL, and asks the API for another", async () => {
  for (const code of [400, 403]) {
    const expired = status(code, "<Error><Code>ExpiredToken</Code></Error>");
    await using server = loopback({ storage: [expired, ok(GZ)] });
    assert.deepEqual(await server.exchange.download(FILE, bytesOf, NEVER), { kind: "received", value: GZ });
    assert.deepEqual(server.asked, [API, STORAGE, API, STORAGE]);
    await using always = loopback({ storage: [expired] });
    assert.deepEqual(await always.exchange.download(FILE, bytesOf, NEVER), {
      kind: "failed",
      reason: `HTTP ${code} from storage, 3 times`,
    });
  }
});

Deno.test("download() requests midnight's daily file by the listed name, and only if that is missing by the usual one", async () => {
  const [midnight, usual] = [
    "DETR-posttrade-2026-daily-09-25.json.gz",
    "DETR-posttrade-daily-2026-09-25.json.gz",
  ];
  const file = listedFile(midnight, "DETR")!;
  const download = async (...api: Answer[]) => {
    await using server = loopback({ api });
    const { kind } = await server.exchange.download(file, bytesOf, NEVER);
    return [kind, ...server.asked.map((path) => path.split("/").at(-1))];
  };
  assert.deepEqual(await download(ok(GZ)), ["received", midnight]);
  assert.deepEqual(await download(status(404), ok(GZ)), ["received", midnight, usual]);
  assert.deepEqual(await download(status(400), status(404)), ["gone", midnight, usual]);
  assert.deepEqual(await download(status(500)), ["failed", midnight, midnight, midnight]);
});

Deno.test("download() tries again from the original URL when the exchange or storage fails", async () => {
  await using server = loopback({
    api: [status(503), toStorage()],
    storage: [status(400, "<Code>ExpiredToken</Code>"), ok(GZ)],
  });
  assert.deepEqual(await server.exchange.download(FILE, bytesOf, NEVER), { kind: "received", value: GZ });
  assert.deepEqual(server.asked, [API, API, STORAGE, API, STORAGE]);
  assert.deepEqual(server.retries, [`${FILE.name}: HTTP 503`, `${FILE.name}: HTTP 400 from storage`]);
  assert.equal(server.store.state.grants.length, 3);
});

Deno.test("download() gives up after three tries, with doubling pauses", async () => {
  await using server = loopback({ api: [status(500)] });
  const download = await server.exchange.download(FILE, bytesOf, NEVER);
  assert.deepEqual(download, { kind: "failed", reason: "HTTP 500, 3 times" });
  assert.deepEqual(server.clock.slept.filter((millis) => millis < 30_000), [500, 1000]);
});

Deno.test("download() gives the receiver a new body after one that broke off", async () => {
  await using server = rawLoopback([
    "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nchunk\r\n",
    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwhole",
  ]);
  const received: string[] = [];
  const download = await server.exchange.download(FILE, async (body) => {
    const mine = received.push("") - 1;
    for await (const piece of body) received[mine] += new TextDecoder().decode(piece);
    return received[mine];
  }, NEVER);
  assert.deepEqual(download, { kind: "received", value: "whole" });
  assert.deepEqual(received, ["short", "chunk", "whole"]);
});

Deno.test("download() says what failed when a connection ends without an answer or within a body", async () => {
  for (const answer of ["", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort"]) {
    await using server = rawLoopback([answer]);
    const download = await server.exchange.download(FILE, bytesOf, NEVER);
    assert.equal(download.kind, "failed");
    assert.match((download as { reason: string }).reason, /(connection|body|sending request).*, 3 times$/);
  }
});

Deno.test("download() notices a body that ends too early without an error of fetch", async () => {
  const short = new Response("short", { headers: { "content-length": "10" } });
  const { exchange } = client("http://127.0.0.1:1", { get: () => Promise.resolve(short.clone()) });
  const download = await exchange.download(FILE, bytesOf, NEVER);
  assert.deepEqual(download, { kind: "failed", reason: "the body ended after 5 of 10 bytes, 3 times" });
});

Deno.test("download() fails at once on a redirect to another host, and sends no request there", async () => {
  for (
    const location of ["https://example.com/x.gz", "https://storage.googleapis.com.evil.example/x", null]
  ) {
    await using server = loopback({ api: [status(301, null, location === null ? {} : { location })] });
    const download = await server.exchange.download(FILE, bytesOf, NEVER);
    assert.deepEqual(download, { kind: "failed", reason: `refused redirect to ${location}` });
    assert.deepEqual(server.asked, [API]);
  }
});

Deno.test("download() does not follow a second redirect", async () => {
  await using server = loopback({ storage: [status(302, null, { location: "/storage/elsewhere" })] });
  const download = await server.exchange.download(FILE, bytesOf, NEVER);
  assert.deepEqual(download, { kind: "failed", reason: "refused second redirect" });
  assert.deepEqual(server.asked, [API, STORAGE]);
});

Deno.test("download() refuses a minute file of more than 32 MiB, whether its length is announced or not, without a retry", async () => {
  await using announced = rawLoopback([`HTTP/1.1 200 OK\r\ncontent-length: ${32 * MIB + 1}\r\n\r\n`]);
  assert.deepEqual(await announced.exchange.download(FILE, lengthOf, NEVER), {
    kind: "failed",
    reason: "the body has 33554433 bytes, more than 33554432",
  });
  await using endless = loopback({ storage: [() => new Response(zeros(33))] });
  assert.deepEqual(await endless.exchange.download(FILE, lengthOf, NEVER), {
    kind: "failed",
    reason: "the body has more than 33554432 bytes",
  });
  assert.deepEqual([announced.asked.length, endless.asked.length], [1, 2]);
});

Deno.test("download() accepts a daily file of more than 32 MiB", async () => {
  await using server = loopback({ storage: [() => new Response(zeros(33))] });
  const download = await server.exchange.download(dailyFile("DETR", "2026-09-01"), lengthOf, NEVER);
  assert.deepEqual(download, { kind: "received", value: 33 * MIB });
});

Deno.test("download() throws the receiver's own error, does not try again, and closes the connection", async () => {
  let closed = 0;
  const own = new Error("the disk is full");
  await using server = loopback({ storage: [hanging(GZ, () => closed++)] });
  const early = server.exchange.download(FILE, () => Promise.reject(own), NEVER);
  await assert.rejects(early, (error) => error === own);
  const within = server.exchange.download(FILE, async (body) => {
    for await (const _piece of body) throw own;
  }, NEVER);
  await assert.rejects(within, (error) => error === own);
  assert.equal(server.asked.length, 4);
  await until(() => closed === 2);
  assert.equal(server.clock.sleeping, 0);
});

Deno.test("download() closes connections whose bodies it does not read", async () => {
  let closed = 0;
  const endless = (status: number, headers: HeadersInit = {}) => async (request: Request) => {
    const response = await hanging(GZ, () => closed++)(request);
    return new Response(response.body, { status, headers });
  };
  for (const answer of [endless(404), endless(503), endless(301, { location: "https://example.com/" })]) {
    await using server = loopback({ api: [answer, status(404)] });
    await server.exchange.download(FILE, bytesOf, NEVER);
  }
  await until(() => closed === 3);
});

async function lengthOf(body: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const piece of body) length += piece.length;
  return length;
}

function zeros(mebibytes: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let left = mebibytes;
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(new Uint8Array(MIB));
      else controller.close();
    },
  });
}
