/** The exchange's listing is not available. */
export class ExchangeUnavailable extends Error {
  override name = "ExchangeUnavailable";
}
