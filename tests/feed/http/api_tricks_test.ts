import assert from "node:assert/strict";
import fc from "fast-check";
import { apiBase, EXCHANGE_API, redirectTarget } from "../../../src/feed/http/api.ts";

Deno.test("apiBase() ends with one slash, whatever slashes, query or fragment the text has at its end", () => {
  for (const end of ["", "/", "///", "?date=1", "/?a=/#b", "#frag?ment", "/#/", "?"]) {
    assert.equal(apiBase(`${EXCHANGE_API}${end}`).href, "https://mfs.deutsche-boerse.com/api/", end);
    assert.equal(apiBase(`http://127.0.0.1:8765/api${end}`).href, "http://127.0.0.1:8765/api/", end);
  }
  assert.equal(
    apiBase("HTTPS://MFS.Deutsche-Boerse.com:443/api").href,
    "https://mfs.deutsche-boerse.com/api/",
  );
});

Deno.test("apiBase() knows this machine under the other spellings of its addresses", () => {
  for (
    const [text, base] of [
      ["http://LOCALHOST/", "http://localhost/"],
      ["http://[0:0:0:0:0:0:0:1]:1/api", "http://[::1]:1/api/"],
      ["http://2130706433/api", "http://127.0.0.1/api/"],
      ["http://0x7f.1/api", "http://127.0.0.1/api/"],
      ["http://127.200.0.9:1", "http://127.200.0.9:1/"],
      ["http:\\\\127.0.0.1\\@example.org", "http://127.0.0.1/@example.org/"],
    ]
  ) assert.equal(apiBase(text).href, base, text);
});

for (
  const [what, addresses] of Object.entries({
    "what looks like the exchange": [
      "https://mfs.deutsche-boerse.com./api",
      "https://xmfs.deutsche-boerse.com/api",
      "https://mfs-deutsche-boerse.com/api",
      "https://deutsche-boerse.com/api",
      "https://mfs.deutsche-b\u00f6rse.com/api",
      "https://example.org/mfs.deutsche-boerse.com/api",
      "https://example.org/api?https://mfs.deutsche-boerse.com/api",
      "wss://mfs.deutsche-boerse.com/api",
    ],
    "what looks like this machine": [
      "http://localhost.example.org/api",
      "http://localhost./api",
      "http://127.0.0.1.example.org/api",
      "http://example.org/127.0.0.1",
      "http://[::]/",
      "http://[::ffff:127.0.0.1]/api",
      "http://[::1:1]/",
      "http://128.0.0.1/",
      "http://169.254.169.254/",
    ],
    "user names, which can pass for a host": [
      "https://mfs.deutsche-boerse.com@example.org/api",
      "https://mfs.deutsche-boerse.com%2f@example.org/api",
      "http://127.0.0.1@example.org/",
      "http://127.0.0.1:8765@example.org/",
      "https://:secret@mfs.deutsche-boerse.com/api",
      "http://user:secret@[::1]:8765/api",
    ],
    "what is no address of a server": [
      "data:,x",
      "blob:http://127.0.0.1/x",
      "javascript:1",
      "/api",
      "//127.0.0.1/api",
      "127.0.0.1:8765",
      "http://",
      "http://[::1",
      "http://127.0.0.1:99999/",
    ],
  })
) {
  Deno.test(`apiBase() refuses ${what}`, () => {
    for (const text of addresses) {
      assert.throws(() => apiBase(text), /An API is https:.*or one on this machine/, text);
    }
  });
}

Deno.test("apiBase() refuses every other host", () => {
  const url = fc.webUrl({ withQueryParameters: true, withFragments: true });
  fc.assert(fc.property(url, (text) => void assert.throws(() => apiBase(text))), { numRuns: 50 });
});

Deno.test("redirectTarget() accepts every spelling of the storage's address, and keeps its query", () => {
  const base = apiBase(EXCHANGE_API);
  const signed = "https://storage.googleapis.com/bucket/name?X-Goog-Expires=2&X-Goog-Signature=ab%2F";
  assert.equal(redirectTarget(signed, base)?.href, signed);
  for (const location of ["https://storage.googleapis.com:443/a", "//storage.googleapis.com/a"]) {
    assert.equal(redirectTarget(location, base)?.href, "https://storage.googleapis.com/a");
  }
  for (
    const location of [
      "https://storage.googleapis.com./a",
      "https://storage.googleapis.com:8443/a",
      "https://example.org/?storage.googleapis.com",
      "https://example.org#@storage.googleapis.com/",
      "https://[::1]/a",
    ]
  ) assert.equal(redirectTarget(location, base), null, location);
});

Deno.test("redirectTarget() does not lead from this machine to another, not even to the exchange", () => {
  const base = apiBase("http://[::1]:8765/api");
  assert.equal(redirectTarget("/storage/a", base)?.href, "http://[::1]:8765/storage/a");
  for (
    const location of [EXCHANGE_API, "https://storage.googleapis.com/a", "//example.org/", "http://0.0.0.0/"]
  ) {
    assert.equal(redirectTarget(location, base), null, location);
  }
});
