import asc from "assemblyscript/asc";
import { ROOT } from "../release/product.ts";

const KERNEL = ROOT.join("src/feed/decode/kernel");
/** The file that is made. */
export const KERNEL_BYTES = `${KERNEL.join("kernel_bytes.ts")}`;

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
export async function makeKernel(): Promise<string> {
  const lines = (await compiled()).toBase64().match(LINE)!.map((line) => `  "${line}",\n`);
  return `/** Made from \`assembly/\` by \`deno task kernel\`. */\n` +
    `export const KERNEL: Uint8Array<ArrayBuffer> = Uint8Array.fromBase64([\n${lines.join("")}].join(""));\n`;
}

async function compiled(): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main(["read_rows.ts", "--outFile", "kernel.wasm", ...OPTIONS], {
    readFile: (name) => {
      const path = KERNEL.join("assembly", name);
      return path.existsSync() ? path.readTextSync() : null;
    },
    writeFile: (_, content) => {
      bytes = content as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error !== null || bytes === undefined) throw new Error(`the kernel does not compile: ${stderr}`);
  return bytes;
}
