import { counted } from "../counted.ts";

/** Time for somebody to buy a disk, a weekend included. */
const WARNING_DAYS = 3;
/** The next day may not fit. */
const CRITICAL_DAYS = 1;
const DAYS_OF_YEAR = 365;

/** How grave it is that a disk has room for so many days: 0 fine, 1 warning, 2 critical. */
export function diskLevel(daysLeft: number): 0 | 1 | 2 {
  if (daysLeft <= CRITICAL_DAYS) return 2;
  return daysLeft <= WARNING_DAYS ? 1 : 0;
}

/** `room for 47 days`; how many more years than one it is, nobody can foresee. */
export function roomText(daysLeft: number): string {
  return daysLeft > DAYS_OF_YEAR ? "room for more than a year" : `room for ${counted(daysLeft, "day")}`;
}

export function diskRoom(daysLeft: number): string {
  return `the disk has ${roomText(daysLeft)}`;
}
