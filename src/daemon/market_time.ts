/** CLDR abbreviates a zone's name only in the English of a country that uses it: CET in Britain, EST in America. */
const LOCALES = ["en-GB", "en-US"] as const;

/** Formats an instant by the clock of `zone`, to the second: `2025-12-02 08:30:00 CET`. */
export function marketTime(at: Temporal.Instant, zone: string): string {
  const local = at.round("second").toZonedDateTimeISO(zone);
  return `${local.toPlainDate()} ${local.toPlainTime().toString()} ${zoneName(local)}`;
}

/** `CET`, `CEST`, `EST`; `GMT+9` for a zone without an abbreviation in English. */
function zoneName({ epochMilliseconds, timeZoneId }: Temporal.ZonedDateTime): string {
  const names = LOCALES.map((locale) =>
    new Intl.DateTimeFormat(locale, { timeZone: timeZoneId, timeZoneName: "short" })
      .formatToParts(epochMilliseconds)
      .find(({ type }) => type === "timeZoneName")!.value
  );
  return names.find((name) => !/^GMT[+-]/.test(name)) ?? names[0];
}
