import { RotatingFile } from "../../src/log/rotating_file.ts";

/** A process of its own for tests: `write_lines.ts FILE WRITER COUNT ROTATE_BYTES`. */
const [path, writer, count, rotateBytes] = Deno.args;
/** A clock so fast that files are compressed while others still write. */
const MILLIS_PER_LOOK = 20;
/** After this many lines the background work gets time to run. */
const LINES_PER_TURN = 20;

let time = Date.now();
const file = new RotatingFile({
  path,
  rotateBytes: Number(rotateBytes),
  now: () => time += MILLIS_PER_LOOK,
  warn: (message) => {
    throw new Error(message);
  },
});
for (let n = 0; n < Number(count); n++) {
  file.write(`${writer} ${n} ${"x".repeat(n % 97)}`);
  if (n % LINES_PER_TURN === 0) await new Promise((resolve) => setTimeout(resolve));
}
await file.close();
