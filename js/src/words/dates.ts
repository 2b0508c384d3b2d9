// Date syntax: which texts are dates, as tsvshare_widget/table/columns/dates.py has it;
// tests/golden/dates.json has cases for both. Pure.

/** ISO 8601: a year, a month, a day, or a time on one with or without seconds and a zone. */
const DATE =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(?:Z|[+-](\d\d)(?::?(\d\d))?)?)?)?)?$/;

/** Whether a text is a date that there is. */
export function isDate(text: string): boolean {
  const found = DATE.exec(text);
  if (found === null) return false;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, ...zone] = found
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const [zoneHour = 0, zoneMinute = 0] = zone;
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
  const isTime = hour < 24 && minute < 60 && second <= 60;
  return isDay && isTime && zoneHour < 24 && zoneMinute < 60;
}

/** The days of a month; leap years come again every 400 years. */
const daysOf = (year: number, month: number): number =>
  new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
