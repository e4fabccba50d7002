/** Until the returned object is disposed, reading any file throws what `fail` returns. */
export function failingReads(fail: () => unknown): Disposable {
  const { readSync } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.readSync = () => {
    throw fail();
  };
  return { [Symbol.dispose]: () => void (Deno.FsFile.prototype.readSync = readSync) };
}
