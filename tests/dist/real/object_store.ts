/** A real object store that speaks S3, Ceph's: a monitor, a disk in memory and a gateway, on loopback. */
import { join } from "node:path";
import { type Run, startCommand, temporaryDirectory } from "../../e2e/harness.ts";
import { awaited } from "./machine.ts";

/** The key that opens it. */
export const KEY = { id: "MIRRORKEY", secret: "mirror-secret" };
const CLUSTER = crypto.randomUUID();
const MONITOR = "127.0.0.1:16789";
const GATEWAY = "127.0.0.1:17480";

/** Where it answers. */
export const ENDPOINT = `http://${GATEWAY}`;

/**
 * Starts the store from unpacked packages, `root`; `prefix` are the words that run a command in the network where it
 * is to be. Takes some 15 s; throws the output of its programs when it does not start.
 */
export async function startObjectStore(root: string, prefix: readonly string[]): Promise<AsyncDisposable> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(temporaryDirectory());
  for (const name of ["mon", "osd", "rgw", "out"]) Deno.mkdirSync(folder.of(name));
  Deno.writeTextFileSync(folder.of("ceph.conf"), settings(root, folder.path));
  const env = environment(root, folder.of("ceph.conf"));
  const start = (command: string) => startCommand([...prefix, "sh", "-c", `exec ${command}`], { env });
  const run = async (command: string): Promise<Run> => {
    await using program = start(command);
    return await program.ended;
  };
  const done = async (command: string) => {
    const ended = await run(command);
    if (ended.code !== 0) throw new Error(`${command}: ${ended.code}\n${ended.stdout}${ended.stderr}`);
  };
  await done(`monmaptool --create --fsid ${CLUSTER} --addv a [v1:${MONITOR}] ${folder.of("monmap")}`);
  await done(`ceph-mon --mkfs -i a --monmap ${folder.of("monmap")}`);
  starting.use(start("ceph-mon -f -i a"));
  const disk = crypto.randomUUID();
  // The monitor refuses until it has elected itself.
  await awaited(async () => (await run(`ceph --connect-timeout 5 osd new ${disk}`)).code === 0 ? true : null);
  await done(`ceph-osd -i 0 --mkfs --osd-uuid ${disk}`);
  await done("ceph osd crush add osd.0 1 root=default host=localhost");
  starting.use(start("ceph-osd -f -i 0"));
  await awaited(async () => / 1 up/.test((await run("ceph osd stat")).stdout) ? true : null);
  starting.use(start("radosgw -f -n client.rgw.a --rgw-zone=default"));
  await awaited(async () =>
    (await run(`bash -c ': >/dev/tcp/${GATEWAY.replace(":", "/")}'`)).code === 0 ? true : null
  );
  await done(
    `radosgw-admin user create --uid=mirror --display-name=mirror --access-key=${KEY.id} --secret-key=${KEY.secret}`,
  );
  return starting.move();
}

function settings(root: string, folder: string): string {
  const libraries = librariesOf(root);
  return `[global]
fsid = ${CLUSTER}
mon host = [v1:${MONITOR}]
ms bind msgr2 = false
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
run dir = ${folder}/out
log file = ${folder}/out/$name.log
admin socket = ${folder}/out/$name.asok
plugin dir = ${libraries}/ceph
erasure code dir = ${libraries}/ceph/erasure-code
osd class dir = ${libraries}/rados-classes
public addr = 127.0.0.1
cluster addr = 127.0.0.1
[mon.a]
mon data = ${folder}/mon
mon data avail crit = 1
[osd.0]
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = 1073741824
osd memory target = 939524096
osd crush update on start = false
osd class update on start = false
[client.rgw.a]
rgw frontends = beast endpoint=${GATEWAY}
rgw data = ${folder}/rgw
rgw thread pool size = 16
`;
}

function environment(root: string, conf: string): Record<string, string> {
  const libraries = librariesOf(root);
  const early = libraries.replace("/usr/lib/", "/lib/");
  return {
    CEPH_CONF: conf,
    PATH: `${root}/usr/bin:${root}/usr/sbin:${Deno.env.get("PATH")}`,
    LD_LIBRARY_PATH: [libraries, early, `${libraries}/ceph`, `${root}/usr/lib/ceph`].join(":"),
    PYTHONPATH: `${root}/usr/lib/python3/dist-packages`,
  };
}

function librariesOf(root: string): string {
  return join(root, "usr/lib", `${Deno.build.arch}-linux-gnu`);
}
