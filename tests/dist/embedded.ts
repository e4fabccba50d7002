import { Buffer } from "node:buffer";

/** What `deno compile` put into an executable, read from its last section. */

/** A permission's values; empty grants it everywhere, null not at all. */
type Grant = readonly string[] | null;

export interface Embedded {
  readonly permissions: Readonly<Record<string, Grant | boolean>>;
  readonly v8Flags: readonly string[];
  /** Features of `--unstable-…`. */
  readonly unstable: readonly string[];
  readonly entryPoint: string;
  /** Paths from the project's folder, those of packages below `.deno_compile_node_modules/`. */
  readonly files: readonly string[];
  /** Of everything but the base binary. */
  readonly bytes: number;
}

/** A file or folder of the embedded tree: `n` is its name, `e` what a folder holds. */
interface Entry {
  readonly File?: { readonly n: string };
  readonly Dir?: { readonly n: string; readonly e: readonly Entry[] };
}

export function readEmbedded(executable: string, baseBinary: string): Embedded {
  const bytes = Deno.readFileSync(executable);
  const metadata = documentAt(bytes, '{"argv":');
  return {
    permissions: metadata.permissions,
    v8Flags: metadata.v8_flags,
    unstable: metadata.unstable_config.features,
    entryPoint: metadata.entrypoint_key,
    files: pathsOf(documentAt(bytes, '[{"Dir":{"n":".deno_compile_node_modules"')),
    bytes: bytes.length - Deno.statSync(baseBinary).size,
  };
}

/** The JSON document that begins like this; its length precedes it, in eight bytes. */
// deno-lint-ignore no-explicit-any
function documentAt(bytes: Uint8Array, beginning: string): any {
  const start = Buffer.from(bytes.buffer).indexOf(beginning);
  if (start < 0) throw new Error(`the executable holds no ${beginning}`);
  const length = new DataView(bytes.buffer).getBigUint64(start - 8, true);
  return JSON.parse(new TextDecoder().decode(bytes.subarray(start, start + Number(length))));
}

function pathsOf(entries: readonly Entry[], folder = ""): string[] {
  return entries.flatMap(({ File, Dir }) =>
    Dir === undefined ? [`${folder}${File?.n}`] : pathsOf(Dir.e, `${folder}${Dir.n}/`)
  );
}
