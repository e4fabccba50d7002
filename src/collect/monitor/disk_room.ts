import { counted } from "../counted.ts";

/** Time for a person to buy a disk, including a weekend. */
const WARNING_DAYS = 3;
/** The next day may not fit. */
const CRITICAL_DAYS = 1;
const DAYS_OF_YEAR = 365;

/** How serious it is that a disk has room for only so many days: 0 fine, 1 warning, 2 critical. */
export function diskLevel(daysLeft: number): 0 | 1 | 2 {
  if (daysLeft <= CRITICAL_DAYS) return 2;
  return daysLeft <= WARNING_DAYS ? 1 : 0;
}

/** `room for 47 days`; more than a year is not given exactly, since nobody can foresee it. */
export function roomText(daysLeft: number): string {
  return daysLeft > DAYS_OF_YEAR ? "room for more than a year" : `room for ${counted(daysLeft, "day")}`;
}

export function diskRoom(daysLeft: number): string {
  return `the disk has ${roomText(daysLeft)}`;
}
