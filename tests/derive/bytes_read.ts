/** The bytes that are read from files while `work` is done. */
export async function bytesRead(work: () => Promise<unknown>): Promise<number> {
  const { readSync } = Deno.FsFile.prototype;
  let bytes = 0;
  Deno.FsFile.prototype.readSync = function (into) {
    const read = readSync.call(this, into);
    bytes += read ?? 0;
    return read;
  };
  try {
    await work();
  } finally {
    Deno.FsFile.prototype.readSync = readSync;
  }
  return bytes;
}
