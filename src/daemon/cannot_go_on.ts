/** No later cycle can do better: ends the daemon, so that another process begins anew. */
export class CannotGoOn extends Error {
  override name = "CannotGoOn";

  constructor(reason: string) {
    super(`${reason}. This daemon ends, to be started anew`);
  }
}
