import { FailSafe } from "./fail_safe.ts";
import type { Level } from "./line_format.ts";
import { reasonOf } from "../system/disk_error.ts";
import type { RotatingFile } from "./rotating_file.ts";
import { type Output, stderrOutput, type StderrSettings } from "./stderr.ts";

/** Formats a line of the log about the log itself. */
export type Note = (level: Level, message: string) => string;

/** Where the failure of a log file is reported if stderr gets no other lines. */
const LAST_RESORT: StderrSettings = { write: (line) => console.error(line), colour: false, journald: false };

/**
 * The outputs that get every line, the file first. When one fails, the other reports it, so that a failure is noticed.
 * This holds for stderr even where it is null and gets no other line.
 */
export function outputsOf(
  file: RotatingFile | undefined,
  stderr: StderrSettings | null,
  note: Note,
): FailSafe[] {
  const screen: FailSafe = watched("stderr", stderrOutput(stderr ?? LAST_RESORT), note, () => disk);
  const disk = file &&
    watched(`The log file ${file.path}`, (_, line) => file.write(line), note, () => screen);
  return [disk, stderr === null ? undefined : screen].filter((output) => output !== undefined);
}

/** `other` is a function because each of the two outputs watches the other. */
function watched(name: string, output: Output, note: Note, other: () => FailSafe | undefined): FailSafe {
  return new FailSafe(output, {
    failed: (error) => {
      const reason = reasonOf(error);
      const message = `${name} cannot be written: ${reason}. Until it can be, lines are missing there`;
      other()?.write("ERROR", note("ERROR", message));
    },
    resumed: (missed) => note("WARNING", `Lines that could not be written and are missing here: ${missed}`),
  });
}
