import type { Target } from "../release/product.ts";

/** For whose package managers: Debian's and its kin's, and Red Hat's and SUSE's. */
export const KINDS = ["deb", "rpm"] as const;
export type Kind = typeof KINDS[number];

/** How packages are made. */
export interface Making {
  readonly target: Target;
  /** From 1: of packages of the same version the one with the highest is the newest. */
  readonly revision: number;
  /** Compressed packages have a third of the size, and take a minute each. */
  readonly compress: boolean;
}
