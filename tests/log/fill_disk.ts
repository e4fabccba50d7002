import { join } from "node:path";
import { log } from "../../src/log/log.ts";
import { configureLog } from "../../src/log/setup.ts";

/** A process of its own for tests, in a folder on a disk of a few KB: logs until it is full, frees it, logs on. */
const [folder] = Deno.args;
const path = join(folder, "detr.log"), ballast = join(folder, "ballast");
Deno.writeFileSync(ballast, new Uint8Array(32 * 1024));

const stderr: string[] = [];
const logging = configureLog({
  level: "INFO",
  file: { path },
  stderr: { write: (line) => void stderr.push(line), colour: false, journald: false },
  clock: Date.now,
});
let count = 0;
while (logging.dropped() < 3) log.info(`line ${++count}`);
Deno.removeSync(ballast);
log.info(`line ${++count}`);
const dropped = logging.dropped();
await logging.close();
console.log(JSON.stringify({ count, dropped, stderr, text: Deno.readTextFileSync(path) }));
