import asc from "assemblyscript/asc";
import { ROOT } from "../release/product.ts";

/** A kernel that is compiled from AssemblyScript. */
export interface KernelSources {
  /** The folder of its `assembly/`, and of the file that is made. */
  readonly folder: ReturnType<typeof ROOT.join>;
  /** Exports what TypeScript calls. */
  readonly entry: string;
  /** The file that is made, and the constant in it. */
  readonly made: string;
  readonly constant: string;
}

/** Scans the rows of raw files. */
export const SCANNING: KernelSources = {
  folder: ROOT.join("src/feed/decode/kernel"),
  entry: "read_rows.ts",
  made: "kernel_bytes.ts",
  constant: "KERNEL",
};
/** Encodes the values of a stored file's columns. */
export const ENCODING: KernelSources = {
  folder: ROOT.join("src/store/parquet/kernel"),
  entry: "encode_values.ts",
  made: "encoder_bytes.ts",
  constant: "ENCODER",
};
/** Makes bars of a minute. */
export const BAR_MAKING: KernelSources = {
  folder: ROOT.join("src/derive/kernel"),
  entry: "make_minutes.ts",
  made: "minute_maker_bytes.ts",
  constant: "MINUTE_MAKER",
};

/** No runtime is needed, since the kernel allocates no memory and throws nothing. */
const OPTIONS = [
  "-O3",
  "--converge",
  "--noAssert",
  "--runtime",
  "stub",
  "--use",
  "abort=",
  "--enable",
  "simd",
];
/** A line of base64. */
const LINE = /.{1,96}/g;

/**
 * The compiled kernel as a module, so that it is part of the program wherever that is bundled or compiled. The same
 * sources give the same bytes.
 */
export async function makeKernel(kernel: KernelSources): Promise<string> {
  const lines = (await compiled(kernel)).toBase64().match(LINE)!.map((line) => `  "${line}",\n`);
  return `/** Made from \`assembly/\` by \`deno task kernel\`. */\n` +
    `export const ${kernel.constant}: Uint8Array<ArrayBuffer> = Uint8Array.fromBase64([\n${
      lines.join("")
    }].join(""));\n`;
}

async function compiled({ folder, entry }: KernelSources): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main([entry, "--outFile", "kernel.wasm", ...OPTIONS], {
    readFile: (name) => {
      const path = folder.join("assembly", name);
      return path.existsSync() ? path.readTextSync() : null;
    },
    writeFile: (_, content) => {
      bytes = content as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error !== null || bytes === undefined) throw new Error(`${entry} does not compile: ${stderr}`);
  return bytes;
}
