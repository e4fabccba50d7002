/** A folder that is removed with its content when it is disposed of or the script is interrupted. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = Deno.makeTempDirSync({ prefix: "xetra-parqed-" });
  const remove = () => Deno.removeSync(path, { recursive: true });
  const interrupted = () => {
    remove();
    Deno.exit(130);
  };
  Deno.addSignalListener("SIGINT", interrupted);
  return {
    path,
    [Symbol.dispose]: () => {
      Deno.removeSignalListener("SIGINT", interrupted);
      remove();
    },
  };
}
