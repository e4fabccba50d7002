import $ from "@david/dax";
import { filesBelow } from "../e2e/disk.ts";
import { ownDisks } from "../e2e/own_disk.ts";
import { isPossible } from "../e2e/possible.ts";

const MAKE =
  `cd /mnt && mkdir upper work root && mount -t overlay none -o lowerdir=/,upperdir=upper,workdir=work root &&
  mount -t proc proc root/proc && mount --rbind /dev root/dev`;

/** Only root can make an overlay of a machine's files. */
export const canHaveRoot: boolean = Deno.uid() === 0 &&
  await isPossible("unshare", "-m", "sh", "-c", `mount -t tmpfs none /mnt && ${MAKE}`);
if (!canHaveRoot) console.log("left out: only root can mount an overlay over this machine's files");

/** This machine's files without its processes; changes vanish when this is disposed. */
export interface ThrowawayRoot extends AsyncDisposable {
  /** The path at which its files are found here. */
  of(path: string): string;
  /** The files that were written there since this time. */
  writtenSince(date: Date): string[];
  /** The output of a shell command there; throws when it fails. */
  run(command: string): Promise<string>;
}

export async function throwawayRoot(): Promise<ThrowawayRoot> {
  const disks = await ownDisks({ "/mnt": "2g" }, "same users");
  await disks.run(MAKE);
  return {
    of: (path) => disks.seen(`/mnt/root${path}`),
    writtenSince: (date) => {
      const upper = disks.seen("/mnt/upper");
      return filesBelow(upper).filter((path) => Deno.lstatSync(path).mtime! >= date).map((path) =>
        path.slice(upper.length)
      );
    },
    run: async (command) => {
      const script = `exec 2>&1; ${command}`;
      const { code, stdout } = await $`${disks.under} chroot /mnt/root sh -ec ${script}`.stdout("piped")
        .noThrow();
      if (code !== 0) throw new Error(`${command}: ${code}: ${stdout}`);
      return stdout.trimEnd();
    },
    [Symbol.asyncDispose]: () => disks[Symbol.asyncDispose](),
  };
}
