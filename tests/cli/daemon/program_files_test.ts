import assert from "node:assert/strict";
import { ProgramFiles } from "../../../src/cli/daemon/program_files.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";

/** A program of a few files; returns the error that its check throws after `change`. */
function after(change: (of: (...parts: string[]) => string) => void): void {
  using folder = temporaryDirectory();
  Deno.mkdirSync(folder.of("src/deep"), { recursive: true });
  for (const file of ["main.ts", "src/one.ts", "src/deep/two.ts"]) {
    Deno.writeTextFileSync(folder.of(file), file);
  }
  const files = new ProgramFiles(folder.of("main.ts"));
  files.assertUnchanged();
  change(folder.of);
  files.assertUnchanged();
}

Deno.test("a file of the program that is deleted, changed or replaced is noticed, however deep it lies", () => {
  const gone = /^CannotGoOn: \/.*two\.ts was deleted or replaced while it ran\. This daemon stops/;
  assert.throws(() => after((of) => Deno.removeSync(of("src/deep/two.ts"))), gone);
  assert.throws(() => after((of) => Deno.removeSync(of("src"), { recursive: true })), /\.ts was deleted/);
  assert.throws(() => after((of) => Deno.writeTextFileSync(of("src/deep/two.ts"), "two")), gone);
  assert.throws(() => after((of) => Deno.utimeSync(of("src/deep/two.ts"), 1, 1)), gone);
  assert.throws(() => after((of) => Deno.removeSync(of("main.ts"))), /main\.ts was deleted/);
});

Deno.test("the modules of a bundle lie beside its main module, and each of them is checked", () => {
  using folder = temporaryDirectory();
  for (const file of ["main.js", "chunk-1.js"]) Deno.writeTextFileSync(folder.of(file), file);
  const files = new ProgramFiles(folder.of("main.js"));
  files.assertUnchanged();
  Deno.removeSync(folder.of("chunk-1.js"));
  assert.throws(() => files.assertUnchanged(), /chunk-1\.js was deleted or replaced/);
});

Deno.test("an identical file, or other files beside it, do not make it another program", () => {
  after((of) => {
    const { mtime } = Deno.statSync(of("src/one.ts"));
    Deno.copyFileSync(of("src/one.ts"), of("copy"));
    Deno.renameSync(of("copy"), of("src/one.ts"));
    Deno.utimeSync(of("src/one.ts"), mtime!, mtime!);
    Deno.writeTextFileSync(of("src/three.ts"), "");
  });
});
