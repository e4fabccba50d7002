import type { Target } from "../release/product.ts";

/** The kinds of packages: for Debian and its derivatives, and for Red Hat and SUSE. */
export const KINDS = ["deb", "rpm"] as const;
export type Kind = typeof KINDS[number];

/** How packages are made. */
export interface Making {
  readonly target: Target;
  /** From 1: among packages of the same version the highest is the newest. */
  readonly revision: number;
  /** Compressed packages have a third of the size, and take a minute each. */
  readonly compress: boolean;
}
