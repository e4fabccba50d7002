import assert from "node:assert/strict";
import { apiBase, EXCHANGE_API, redirectTarget } from "../../../src/feed/http/api.ts";

const SIGNED = "https://storage.googleapis.com/bucket/DETR.gz?X-Goog-Signature=ab";

Deno.test("apiBase() accepts the exchange's address, and any on this machine", () => {
  assert.equal(apiBase(EXCHANGE_API).href, "https://mfs.deutsche-boerse.com/api/");
  const local = [
    "http://127.0.0.1:8765/api",
    "http://127.9.9.9/api",
    "http://[::1]:1/api",
    "http://localhost/x/",
  ];
  for (const url of local) assert.equal(apiBase(url).href, url.replace(/\/*$/, "/"));
});

Deno.test("apiBase() refuses every other address and says what is allowed", () => {
  for (
    const url of [
      "",
      "mfs.deutsche-boerse.com/api",
      "http://mfs.deutsche-boerse.com/api",
      "https://mfs.deutsche-boerse.com:8443/api",
      "https://mfs.deutsche-boerse.com.evil.example/api",
      "https://user:secret@mfs.deutsche-boerse.com/api",
      "http://user@127.0.0.1/api",
      "http://127.0.0.1.evil.example/api",
      "http://10.0.0.1/api",
      "http://0.0.0.0/api",
      "ftp://localhost/api",
      "https://127.0.0.1:8765/api",
      "file:///etc/passwd",
    ]
  ) {
    assert.throws(
      () => apiBase(url),
      /An API is https:\/\/mfs\.deutsche-boerse\.com\/api or one on this/,
      url,
    );
  }
});

Deno.test("redirectTarget() accepts only the exchange's storage by https", () => {
  const base = apiBase(EXCHANGE_API);
  assert.equal(redirectTarget(SIGNED, base)?.href, SIGNED);
  for (
    const location of [
      null,
      "",
      "/api/download/elsewhere",
      "http://storage.googleapis.com/x",
      "https://storage.googleapis.com:444/x",
      "https://user@storage.googleapis.com/x",
      "https://storage.googleapis.com@evil.example/x",
      "https://storage.googleapis.com.evil.example/x",
      "https://evil.storage.googleapis.com/x",
      "https://mfs.deutsche-boerse.com/x",
      "http://127.0.0.1/x",
      "//evil.example/x",
      "https://",
    ]
  ) assert.equal(redirectTarget(location, base), null, String(location));
});

Deno.test("redirectTarget() of an address on this machine stays on this machine", () => {
  const base = apiBase("http://127.0.0.1:8765/api");
  assert.equal(redirectTarget("http://127.0.0.1:9/x", base)?.href, "http://127.0.0.1:9/x");
  assert.equal(redirectTarget("/x", base)?.href, "http://127.0.0.1:8765/x");
  for (
    const location of [
      "https://example.com/x",
      "https://127.0.0.1/x",
      "http://10.0.0.1/x",
      "http://u@127.0.0.1/x",
      "file:///x",
    ]
  ) {
    assert.equal(redirectTarget(location, base), null, location);
  }
});
