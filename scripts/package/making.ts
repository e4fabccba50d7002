import type { Target } from "../release/product.ts";

/** How packages are made. */
export interface Making {
  readonly target: Target;
  /** From 1: of packages of the same version the highest one is the newest. */
  readonly revision: number;
  /** Compressed packages have a third of the size, and take a minute each. */
  readonly compress: boolean;
}
