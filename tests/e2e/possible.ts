/** Whether a command succeeds here; it may be missing or forbidden. */
export async function isPossible(command: string, ...args: string[]): Promise<boolean> {
  const cwd = Deno.makeTempDirSync();
  try {
    const { success } = await new Deno.Command(command, { args, cwd, stderr: "null" }).output();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  } finally {
    Deno.removeSync(cwd);
  }
}
