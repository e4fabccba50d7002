/** A date that a command leaves as it is, since its files or its partition cannot be used. */
export interface RefusedDay {
  readonly kind: "refused";
  readonly date: string;
  readonly message: string;
}
