/** A server that counts its requests. */
export interface Elsewhere extends AsyncDisposable {
  readonly port: number;
  contacts(): number;
}

/** Answers at 127.0.0.1 and at 0.0.0.0, which is not an address of the exchange. */
export function listenElsewhere(): Elsewhere {
  let contacts = 0;
  const server = Deno.serve({ hostname: "0.0.0.0", port: 0, onListen: () => {} }, () => {
    contacts++;
    return new Response("elsewhere");
  });
  return {
    port: server.addr.port,
    contacts: () => contacts,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
