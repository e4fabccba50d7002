/** Ceph's object store from Debian's packages, unpacked into the user's cache: nothing is installed. */
import { join } from "node:path";
import { startCommand, temporaryDirectory } from "../../e2e/harness.ts";
import { isThere } from "../../e2e/disk.ts";
import { cacheFolder } from "../../readers/environments.ts";

/** Monitor, disk and gateway, and their dependencies that a small Debian lacks. */
const PACKAGES = [
  ...["radosgw", "ceph-mon", "ceph-osd", "ceph-common", "ceph-base"],
  ...["libradosstriper1", "libcephfs2", "librados2", "librbd1", "librgw2"],
  ...[
    "python3-ceph-argparse",
    "python3-ceph-common",
    "python3-rados",
    "python3-rbd",
    "python3-rgw",
    "python3-cephfs",
  ],
  ...["python3-prettytable", "python3-wcwidth", "libaio1", "libboost-context1.74.0", "libboost-thread1.74.0"],
  ...[
    "libfmt9",
    "libgoogle-perftools4",
    "libtcmalloc-minimal4",
    "libibverbs1",
    "libleveldb1d",
    "libnl-3-200",
  ],
  ...["libnl-route-3-200", "liboath0", "librabbitmq4", "librdmacm1", "libsnappy1v5", "liburcu8", "libpmem1"],
  ...["libdaxctl1", "libndctl6", "libfuse2"],
];
const PATIENCE_MS = 120_000;

/**
 * The folder of the unpacked packages. The first call downloads 60 MB and takes ten seconds; later ones find it in the
 * cache. Null where that is not possible, after a line that says why.
 */
export async function cephPackages(): Promise<string | null> {
  const root = join(cacheFolder(), `ceph-${Deno.build.arch}`);
  Deno.mkdirSync(cacheFolder(), { recursive: true });
  using lock = Deno.openSync(`${root}.lock`, { write: true, create: true });
  await lock.lock(true); // another run may be making the same
  if (isThere(join(root, "usr/bin/radosgw"))) return root;
  using folder = temporaryDirectory();
  const make = `rm -rf '${root}.new'; apt-get download -qq ${PACKAGES.join(" ")}
    for deb in *.deb; do dpkg -x "$deb" '${root}.new'; done`;
  await using program = startCommand(["sh", "-euc", make], {
    cwd: folder.path,
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const { code, stdout, stderr } = await program.ended;
  if (code === 0) Deno.renameSync(`${root}.new`, root);
  if (code === 0) return root;
  console.log(
    `left out: an object store: no Ceph by apt-get: ${`${stdout}${stderr}`.trim().split("\n").at(-1)}`,
  );
  return null;
}
