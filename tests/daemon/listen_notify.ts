/** A service manager's socket at the path that is its argument: prints `listening`, then each datagram as JSON. */

interface DatagramSocket extends AsyncIterable<[Uint8Array, unknown]> {
  close(): void;
}
/** Deno's own type, which only `--unstable-net` has. */
type ListenDatagram = (options: { transport: "unixpacket"; path: string }) => DatagramSocket;

const { listenDatagram } = Deno as unknown as { listenDatagram: ListenDatagram };
const socket = listenDatagram({ transport: "unixpacket", path: Deno.args[0].replace(/^@/, "\0") });
console.log("listening");
for await (const [datagram] of socket) console.log(JSON.stringify(new TextDecoder().decode(datagram)));
