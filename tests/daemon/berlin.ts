/** Instants as clocks in Frankfurt show them. */

export const BERLIN = "Europe/Berlin";

/** `2026-10-25 02:30`, followed by ` CET` or ` CEST` where the clock shows a time twice. */
export function berlin(text: string): Temporal.Instant {
  const [date, time, name] = text.split(" ");
  const plain = Temporal.PlainDateTime.from(`${date}T${time}`);
  if (name !== undefined) {
    return Temporal.Instant.from(`${plain}${name === "CEST" ? "+02:00" : "+01:00"}`);
  }
  return plain.toZonedDateTime(BERLIN, { disambiguation: "reject" }).toInstant();
}

/** All dates from one to another, both included. */
export function* dates(from: string, to: string): Generator<Temporal.PlainDate> {
  const last = Temporal.PlainDate.from(to);
  for (
    let date = Temporal.PlainDate.from(from);
    Temporal.PlainDate.compare(date, last) <= 0;
    date = date.add({ days: 1 })
  ) yield date;
}
