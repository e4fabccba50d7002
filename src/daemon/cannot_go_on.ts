/** No later cycle can succeed: ends the daemon, so that a new process can start. */
export class CannotGoOn extends Error {
  override name = "CannotGoOn";

  constructor(reason: string) {
    super(`${reason}. This daemon stops so that it can be restarted`);
  }
}
