/** `quotes_json.ts FILE`: JSON.parse of those lines of a raw file that are no depth; finding them is not measured. */
import { gunzipSync } from "node:zlib";
import { measure } from "./measured.ts";

const [path] = Deno.args;
const text = new TextDecoder();
const lines = [...linesIn(gunzipSync(Deno.readFileSync(path)))].filter((line) =>
  !text.decode(line.subarray(0, 200)).includes('"md')
).map((line) => line.slice());

await measure(async () => {
  let [bytes, sum] = [0, 0];
  for (const line of lines) {
    const { bestBid, bid } = JSON.parse(text.decode(line));
    sum += bestBid ?? bid ?? 0;
    bytes += line.length;
  }
  if (!(sum > 0)) throw new Error(`${path} has no quotes`);
  return await Promise.resolve({ rows: lines.length, bytes });
});

function* linesIn(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0, end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}
