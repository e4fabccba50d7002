import assert from "node:assert/strict";
import { isThere } from "../../e2e/disk.ts";
import { assertForeseen } from "../../e2e/evidence.ts";
import { type Run, runProgram, type TemporaryDirectory, temporaryDirectory } from "../../e2e/harness.ts";

export const UNIT = "/etc/systemd/system/xetra-parqed.service";
export const TEMPLATE = "/etc/systemd/system/xetra-parqed@.service";
export const WANTS = "/etc/systemd/system/multi-user.target.wants";
const PASSWD = "root:x:0:0:root:/root:/bin/bash\nxetra:x:990:991::/var/lib/xetra:/usr/sbin/nologin\n";

/** Files belong to others here. */
export const isRoot = Deno.uid() === 0;
export const hasSystemctl = isThere("/usr/bin/systemctl");

/** An image of a machine with the program in it, and the user, or without. */
export function image(passwd = PASSWD): TemporaryDirectory {
  const folder = temporaryDirectory();
  for (const path of ["etc", "usr/local/bin"]) Deno.mkdirSync(folder.of(path), { recursive: true });
  Deno.writeTextFileSync(folder.of("etc/passwd"), passwd);
  Deno.writeTextFileSync(folder.of("usr/local/bin/xetra-parqed"), "#!/bin/sh\n", { mode: 0o755 });
  return folder;
}

export function install({ path }: TemporaryDirectory, ...args: string[]): Promise<Run> {
  return runProgram(["install-service", ...args, "--root", path]);
}

export function uninstall({ path }: TemporaryDirectory, ...args: string[]): Promise<Run> {
  return runProgram(["uninstall-service", ...args, "--root", path]);
}

/** What a run that went well said, without the name of the image. */
export function saidBy(run: Run, { path }: TemporaryDirectory): string[] {
  assertForeseen(run, 0);
  assert.equal(run.stderr, "");
  return run.stdout.trimEnd().replaceAll(path, "IMAGE").split("\n");
}

/** Owner, group and access of a path. */
export function accessOf(path: string): [uid: number, gid: number, mode: string] {
  const { uid, gid, mode } = Deno.statSync(path);
  return [uid!, gid!, (mode! & 0o777).toString(8)];
}
