import { dateOf } from "../release/notes.ts";
import { ROOT, VERSION } from "../release/product.ts";

/**
 * The time that everything in a package has, so that the same source gives the same bytes: `SOURCE_DATE_EPOCH`, in
 * seconds, or the day on which CHANGELOG.md says that this version was released.
 */
export function releaseDate(): Date {
  const given = Deno.env.get("SOURCE_DATE_EPOCH");
  if (given !== undefined) return new Date(Number(given) * 1000);
  return new Date(dateOf(ROOT.join("CHANGELOG.md").readTextSync(), VERSION));
}
