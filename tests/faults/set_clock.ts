/** A process's clock in the hands of a test, by libfaketime: it is what the process is told that time it is. */
import { join } from "node:path";
import { isThere } from "../e2e/disk.ts";
import type { Program } from "../e2e/harness.ts";

const LIBRARY = libraryPath();

/** Whether clocks can be set; tests are skipped where they cannot. */
export const canSetClocks: boolean = LIBRARY !== null;
if (!canSetClocks) console.log("libfaketime is not installed: no clock is set");

export const HOUR_MILLIS = 3_600_000;
export const YEAR_MILLIS = 365 * 24 * HOUR_MILLIS;

export interface SetClockOptions {
  /** Whether the monotonic clock jumps as well, as for a stopped process; else as for a machine that slept. */
  readonly monotonicToo?: boolean;
}

/** The clock of the processes that are started with its variables; it goes on by itself and can be set meanwhile. */
export class SetClock {
  /** What those processes need. */
  readonly env: Readonly<Record<string, string>>;
  readonly #file: string;
  #aheadMillis = 0;

  /** `folder` gets a file that the processes read; `at` is what the clock says now, in milliseconds since 1970. */
  constructor(folder: string, at: number, { monotonicToo = false }: SetClockOptions = {}) {
    this.#file = join(folder, "clock");
    this.env = {
      LD_PRELOAD: LIBRARY ?? "",
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: monotonicToo ? "0" : "1",
      NO_FAKE_STAT: "1",
    };
    this.set(at);
  }

  /** Milliseconds since 1970, as those processes see them. */
  now(): number {
    return Date.now() + this.#aheadMillis;
  }

  set(at: number): void {
    this.#aheadMillis = at - Date.now();
    const sign = this.#aheadMillis < 0 ? "" : "+";
    Deno.writeTextFileSync(`${this.#file}.new`, `${sign}${(this.#aheadMillis / 1000).toFixed(3)}\n`);
    Deno.renameSync(`${this.#file}.new`, this.#file); // it is read all the time
  }

  setBy(millis: number): void {
    this.set(this.now() + millis);
  }
}

/** The variables for a clock that goes so many times faster, the monotonic one and all waits with it. */
export function fastClock(times: number): Record<string, string> {
  return { LD_PRELOAD: LIBRARY ?? "", FAKETIME: `+0 x${times}` };
}

/** The same program; disposing it also takes away what libfaketime leaves of a killed process in shared memory. */
export function underClock(program: Program): Program {
  return {
    ...program,
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]();
      for (const name of ["faketime_shm_", "sem.faketime_sem_"]) {
        const path = `/dev/shm/${name}${program.child.pid}`;
        if (isThere(path)) Deno.removeSync(path);
      }
    },
  };
}

/** Debian's package has it in the folder of the machine's architecture. */
function libraryPath(): string | null {
  const folders = [...Deno.readDirSync("/usr/lib")].filter(({ isDirectory }) => isDirectory);
  return folders.map(({ name }) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`).find(isThere) ?? null;
}
