/**
 * A firm's network on loopback: a proxy, behind it the exchange and its storage by TLS, with certificates of the
 * firm's own authority.
 */
import type { Replica } from "../../scripts/replica/server.ts";
import { type TemporaryDirectory, temporaryDirectory } from "./harness.ts";

export const [API_HOST, STORAGE_HOST] = ["mfs.deutsche-boerse.com", "storage.googleapis.com"];
/** Certificates are made here, for no longer than a test. */
export const canCertify: boolean = await openssl("version").catch(() => false);
if (!canCertify) {
  console.log("left out: there is no openssl here, which makes certificates for a proxy's tests");
}

export interface FirmProxy extends AsyncDisposable {
  /** For `HTTPS_PROXY`. */
  readonly url: string;
  /** The file with the firm's authority. */
  readonly authority: string;
  /** The first line of each connection. */
  readonly asked: readonly string[];
}

/** Starts the proxy; what it is asked to connect to the exchange or its storage is the replica. */
export async function firmProxy(replica: Pick<Replica, "apiUrl" | "storageUrl">): Promise<FirmProxy> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(temporaryDirectory());
  const certificate = await certified(folder, [API_HOST, STORAGE_HOST]);
  const hosts = Deno.serve(
    { ...certificate, hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => answered(request, replica),
  );
  starting.defer(() => hosts.shutdown());
  const asked: string[] = [];
  const listener = starting.use(Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  void accept(listener, (connection) => connect(connection, hosts.addr.port, asked));
  const running = starting.move();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    authority: folder.of("ca.pem"),
    asked,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** What the host answers that the request names: the replica's answer, with redirects to the storage's name. */
async function answered(
  { url, headers }: Request,
  { apiUrl, storageUrl }: Pick<Replica, "apiUrl" | "storageUrl">,
): Promise<Response> {
  const { hostname, pathname, search } = new URL(url);
  const origin = hostname === API_HOST ? new URL(apiUrl).origin : storageUrl;
  const accept = headers.get("accept") ?? "";
  const answer = await fetch(origin + pathname + search, { headers: { accept }, redirect: "manual" });
  const location = answer.headers.get("location")?.replace(storageUrl, `https://${STORAGE_HOST}`);
  return new Response(await answer.bytes(), {
    status: answer.status,
    headers: location === undefined ? {} : { location },
  });
}

async function accept(
  listener: Deno.Listener,
  serve: (connection: Deno.Conn) => Promise<void>,
): Promise<void> {
  for await (const connection of listener) {
    serve(connection).catch(() => {}); // one end has closed, and the streams have closed the other
  }
}

/** Answers CONNECT as a proxy does, and passes on bytes both ways. */
async function connect(connection: Deno.Conn, port: number, asked: string[]): Promise<void> {
  const buffer = new Uint8Array(4096);
  const head = new TextDecoder().decode(buffer.subarray(0, await connection.read(buffer) ?? 0));
  const [line] = head.split("\r\n");
  asked.push(line);
  const isTunnel = line.startsWith("CONNECT ");
  await connection.write(new TextEncoder().encode(`HTTP/1.1 ${isTunnel ? 200 : 502} Answered\r\n\r\n`));
  if (!isTunnel) return connection.close();
  const host = await Deno.connect({ hostname: "127.0.0.1", port });
  await Promise.all([connection.readable.pipeTo(host.writable), host.readable.pipeTo(connection.writable)]);
}

/** A certificate for these hosts, and its key; its authority is in `ca.pem`. */
async function certified({ of }: TemporaryDirectory, hosts: readonly string[]) {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const [ca, leaf] = ["ca", "leaf"].map((name) => ["-keyout", of(`${name}.key`), "-out", of(`${name}.pem`)]);
  await openssl("req", "-x509", ...key, ...ca, "-subj", "/CN=The authority of a firm");
  await openssl(
    ...["req", "-x509", ...key, ...leaf, "-subj", "/CN=The exchange"],
    ...["-CA", of("ca.pem"), "-CAkey", of("ca.key"), "-addext", "basicConstraints=critical,CA:FALSE"],
    ...["-addext", `subjectAltName=${hosts.map((host) => `DNS:${host}`).join()}`],
  );
  return { cert: Deno.readTextFileSync(of("leaf.pem")), key: Deno.readTextFileSync(of("leaf.key")) };
}

/** Throws what openssl says when it fails, and when there is none. */
async function openssl(...args: string[]): Promise<true> {
  const { success, stderr } = await new Deno.Command("openssl", { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return true;
}
