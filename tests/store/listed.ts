/** Runs `work`, and returns the folders whose entries were listed meanwhile. */
export function listedDuring(work: () => unknown): string[] {
  const { readDirSync } = Deno;
  const listed: string[] = [];
  Deno.readDirSync = (path) => {
    listed.push(`${path}`);
    return readDirSync(path);
  };
  try {
    work();
  } finally {
    Deno.readDirSync = readDirSync;
  }
  return listed;
}
