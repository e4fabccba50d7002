import assert from "node:assert/strict";

/** Replaces a folder by a copy of another. */
export async function copyFolder(from: string, to: string): Promise<void> {
  const script = 'rm -rf "$2" && cp -a "$1" "$2"';
  const { success } = await new Deno.Command("sh", { args: ["-c", script, "sh", from, to] }).output();
  assert.ok(success, `${from} copied to ${to}`);
}
