import { join } from "node:path";
import type { Venue } from "../feed/venue.ts";
import type { Dataset } from "./datasets.ts";
import { periodFolder, venueFolder } from "./layout.ts";

/** Every path in a lake, a folder of files for other engines. */
export class LakeLayout {
  constructor(readonly folder: string) {}

  /** The one file of a venue and a month or day, by the dataset's grain. */
  file({ folder, grain, file }: Dataset, venue: Venue, period: string): string {
    return join(this.folder, folder, venueFolder(venue), periodFolder(grain, period), file);
  }

  /** Held by the process that exports this dataset of the venue. */
  lock({ folder }: Dataset, venue: Venue): string {
    return join(this.folder, `.export-${venue}-${folder}.lock`);
  }
}
