import assert from "node:assert/strict";
import { LogFolder } from "./log_folder.ts";

/** A private mount, without root where user namespaces are allowed; it ends with the process. */
const WITH_SMALL_DISK = 'mount -t tmpfs -o size=64k none "$0" && exec "$@"';

function onSmallDisk(folder: string, ...command: string[]): Deno.Command {
  return new Deno.Command("unshare", {
    args: ["--map-root-user", "--mount", "sh", "-c", WITH_SMALL_DISK, folder, ...command],
  });
}

async function canMount(): Promise<boolean> {
  using folder = new LogFolder();
  try {
    return (await onSmallDisk(folder.root, "true").output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test({
  name: "on a full disk only the lines that are counted as missing are missing, and one may be cut",
  ignore: !await canMount(),
  async fn() {
    using folder = new LogFolder();
    const script = new URL("fill_disk.ts", import.meta.url).href;
    const { stdout, stderr } = await onSmallDisk(
      folder.root,
      Deno.execPath(),
      "run",
      "-A",
      script,
      folder.root,
    )
      .output();
    assert.equal(new TextDecoder().decode(stderr), "");
    const { count, dropped, stderr: shown, text } = JSON.parse(new TextDecoder().decode(stdout));

    const lines: string[] = text.trimEnd().split("\n");
    const whole = lines.flatMap((line) => /- line (\d+)$/.exec(line)?.[1] ?? []).map(Number);
    const last = count - dropped - 1;
    assert.deepEqual(whole.slice(0, last), Array.from({ length: last }, (_, n) => n + 1));
    assert.equal(whole.at(-1), count);
    assert.match(lines.at(-2)!, /\| WARNING +\| \S+ - Lines .* missing here: 3$/);
    assert.equal(shown.length, count + 1);
    assert.match(
      shown[last],
      /\| ERROR +\| \S+ - The log file \S+ cannot be written: No space left on device/,
    );
  },
});
