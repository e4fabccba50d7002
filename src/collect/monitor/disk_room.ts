import { counted } from "../counted.ts";

/** Time for somebody to buy a disk, a weekend included. */
const WARNING_DAYS = 3;
/** The next day may not fit. */
const CRITICAL_DAYS = 1;

/** How grave it is that a disk has room for so many days: 0 fine, 1 warning, 2 critical. */
export function diskLevel(daysLeft: number): 0 | 1 | 2 {
  if (daysLeft <= CRITICAL_DAYS) return 2;
  return daysLeft <= WARNING_DAYS ? 1 : 0;
}

export function diskRoom(daysLeft: number): string {
  return `the disk has room for ${counted(daysLeft, "day")}`;
}
