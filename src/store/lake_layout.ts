import { join } from "node:path";
import type { Venue } from "../feed/venue.ts";
import type { Dataset } from "./datasets.ts";
import { periodFolder, venueFolder } from "./layout.ts";

/** Every path in a lake, a folder of month files for other engines. */
export class LakeLayout {
  constructor(readonly folder: string) {}

  /** The one file of a venue and a month. */
  file({ folder, grain, file }: Dataset, venue: Venue, month: string): string {
    return join(this.folder, folder, venueFolder(venue), periodFolder(grain, month), file);
  }

  /** Held by the process that exports this venue. */
  lock(venue: Venue): string {
    return join(this.folder, `.export-${venue}.lock`);
  }
}
