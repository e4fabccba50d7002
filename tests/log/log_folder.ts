import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** A folder for one test, with ways to read the logs in it; it is removed after the test. */
export class LogFolder implements Disposable {
  readonly root = Deno.realPathSync(Deno.makeTempDirSync());
  readonly log = join(this.root, "detr.log");

  [Symbol.dispose](): void {
    Deno.removeSync(this.root, { recursive: true });
  }

  /** The names that end with one of `endings`, in order. */
  names(...endings: string[]): string[] {
    const names = Array.from(Deno.readDirSync(this.root), ({ name }) => name).sort();
    return names.filter((name) => endings.some((ending) => name.endsWith(ending)));
  }

  /** The names of the rotated files, compressed or not. */
  rotated(): string[] {
    return this.names("").filter((name) => /^detr\.log\.\d/.test(name));
  }

  /** The lines of one file, unpacked; throws when the last one is cut. */
  lines(name = "detr.log"): string[] {
    const bytes = Deno.readFileSync(join(this.root, name));
    const text = new TextDecoder().decode(name.endsWith(".gz") ? gunzipSync(bytes) : bytes);
    if (text !== "" && !text.endsWith("\n")) {
      throw new Error(`${name} ends within a line: ${text.slice(-80)}`);
    }
    return text.split("\n").slice(0, -1);
  }

  /** The lines of all files of the log. */
  allLines(): string[] {
    return [...this.rotated(), "detr.log"].flatMap((name) => this.lines(name));
  }
}
