/** The service cannot be installed or removed; the message says which path, and what to do. */
export class CannotInstall extends Error {
  override name = "CannotInstall";
}
