import { openIfThere } from "../store/data_file.ts";

/** How many lines are shown. */
const LINES = 200;
/** So much of the end of the log is read: several days of a daemon that has nothing to say but its cycles. */
const TAIL = 1 << 20;
/** The level in a line of the log. */
const GRAVE = / \| (?:WARNING|ERROR) +\| /;

/** The last warnings and errors of a log file, the newest first; none where there is no file. Throws what the disk throws. */
export function recentWarnings(path: string): string[] {
  using file = openIfThere(path);
  if (file === null) return [];
  const { size } = file.statSync();
  const start = Math.max(0, size - TAIL);
  file.seekSync(start, Deno.SeekMode.Start);
  const bytes = new Uint8Array(size - start);
  for (let filled = 0; filled < bytes.length;) {
    filled += file.readSync(bytes.subarray(filled)) ?? bytes.length;
  }
  const lines = new TextDecoder().decode(bytes).split("\n");
  return lines.slice(start === 0 ? 0 : 1).filter((line) => GRAVE.test(line)).slice(-LINES).reverse();
}
