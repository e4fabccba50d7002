import type { Path } from "@david/dax";
import { gzipSync } from "node:zlib";

/** A file of a package. */
export interface PackageFile {
  /** Where it will lie, without the slash before it: `usr/bin/xetra-parqed`. */
  readonly path: string;
  /** A text, bytes, or a file to copy. */
  readonly content: string | Uint8Array | Path;
  /** Default: readable by everybody. */
  readonly mode?: 0o755;
  /** Whether the administrator may change it, so that a new version of the package does not replace it. */
  readonly isSetting?: true;
}

/** Writes files below a folder, as they will lie below `/`. */
export function stage(files: readonly PackageFile[], root: Path): void {
  for (const file of files) {
    const place = root.join(file.path);
    place.parentOrThrow().mkdirSync({ recursive: true, mode: 0o755 });
    place.writeSync(bytesOf(file));
    Deno.chmodSync(place.toString(), file.mode ?? 0o644);
  }
}

/** The content of a file of a package. */
export function bytesOf({ content }: PackageFile): Uint8Array {
  if (typeof content === "string") return new TextEncoder().encode(content);
  return content instanceof Uint8Array ? content : content.readBytesSync();
}

/** As `gzip -9n` makes it: the same text gives the same bytes. */
export function gzipped(text: string): Uint8Array {
  return new Uint8Array(gzipSync(text, { level: 9 }));
}
