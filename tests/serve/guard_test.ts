import assert from "node:assert/strict";
import { refusalOf } from "../../src/serve/guard.ts";

/** How a request with these headers is answered: 0 when nothing speaks against it. */
function statusOf(headers: Record<string, string>, method = "GET"): number {
  return refusalOf({ method, headers: new Headers(headers) })?.status ?? 0;
}

const HOSTS: [host: string, status: number][] = [
  ["127.0.0.1:8765", 0],
  ["localhost:9000", 0],
  ["[::1]:8765", 0],
  ["localhost", 0],
  ["evil.example:8765", 403],
  ["127.0.0.1.evil.example", 403],
  ["127.0.0.1:8765@evil.example", 403],
  ["192.168.0.7:8765", 403],
  ["", 403],
];

for (const [host, status] of HOSTS) {
  Deno.test(`a request to the host "${host}" is ${status === 0 ? "answered" : "refused"}`, () => {
    assert.equal(statusOf({ host }), status);
  });
}

Deno.test("a request without a host is refused", () => {
  assert.equal(statusOf({}), 403);
});

Deno.test("a request of a page is answered only where the page is its own", () => {
  const host = "localhost:8765";
  assert.equal(statusOf({ host, origin: "http://localhost:8765" }), 0);
  for (const origin of ["http://evil.example", "null", "https://localhost:8765", "http://localhost:9999"]) {
    assert.equal(statusOf({ host, origin }), 403, origin);
  }
});

Deno.test("what a foreign page embeds or leads to is refused", () => {
  const host = "localhost:8765";
  for (const site of ["none", "same-origin"]) {
    assert.equal(statusOf({ host, "sec-fetch-site": site }), 0, site);
  }
  for (const site of ["cross-site", "same-site"]) {
    assert.equal(statusOf({ host, "sec-fetch-site": site }), 403, site);
  }
});

Deno.test("only what changes nothing is answered", () => {
  const host = "localhost:8765";
  assert.equal(statusOf({ host }, "HEAD"), 0);
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    assert.equal(statusOf({ host }, method), 405, method);
  }
});
