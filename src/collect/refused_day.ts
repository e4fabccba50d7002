import type { DamagedPartition } from "../store/damage.ts";

/** A date that a command leaves as it is, since its files or its partition cannot be used. */
export interface RefusedDay {
  readonly kind: "refused";
  readonly date: string;
  readonly message: string;
}

/** A date, or an hour, that is left as it is since its partition is damaged. */
export function refusedBy(date: string): (damage: DamagedPartition) => RefusedDay {
  return ({ message }) => ({ kind: "refused", date, message });
}
