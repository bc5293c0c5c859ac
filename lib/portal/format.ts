// One locale, currency and time zone for server and browser: change them here.
export const LANGUAGE = "en";
const LOCALE = "en-GB";
const TIME_ZONE = "Europe/London";
const CURRENCY = "GBP";
const DAY = 86_400_000;

const money = new Intl.NumberFormat(LOCALE, {
  style: "currency",
  currency: CURRENCY,
  trailingZeroDisplay: "stripIfInteger",
});
const dates = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(LOCALE, { timeZone: TIME_ZONE, ...options });
const calendarDate = dates({ dateStyle: "long", timeZone: "UTC" });
const weekdayDate = dates({ weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
const monthAndYear = dates({ month: "long", year: "numeric" });
const localDate = dates({ dateStyle: "long" });
const localTime = dates({ timeStyle: "short" });
const localHour = dates({ hour: "numeric", hourCycle: "h23" });
// Swedish dates are ISO dates.
const localIsoDate = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone: TIME_ZONE });

/** What people may type before an amount. */
export const CURRENCY_SYMBOL = money.formatToParts(0).find(({ type }) => type === "currency")!.value;

/** £1,840 or £1,840.50 */
export const formatMoney = (cents: number) => money.format(cents / 100);

/** For a day without a time: a column of type date, which is midnight UTC. */
export const formatDate = (day: Date) => calendarDate.format(day);

export const formatWeekday = (day: Date) => weekdayDate.format(day);

export const formatMomentDate = (at: Date) => localDate.format(at);

export const formatMoment = (at: Date) => `${localDate.format(at)}, ${localTime.format(at)}`;

export const formatMomentTime = (at: Date) => localTime.format(at);

export const formatMonth = (at: Date) => monthAndYear.format(at);

/** The local day of a moment, as midnight UTC: comparable with columns of type date. */
export const toDay = (at: Date) => new Date(`${localIsoDate.format(at)}T00:00:00Z`);

export const today = () => toDay(new Date());

export const toIsoDate = (day: Date) => day.toISOString().slice(0, 10);

export function addYears(day: Date, years: number): Date {
  const moved = new Date(day);
  moved.setUTCFullYear(day.getUTCFullYear() + years);
  return moved;
}

/** Counts Monday to Friday; bank holidays count as working days. */
export function addWorkingDays(day: Date, days: number): Date {
  let moved = day;
  for (let left = days; left > 0;) {
    moved = new Date(moved.getTime() + DAY);
    if (moved.getUTCDay() % 6 !== 0) left--;
  }
  return moved;
}

export const daysUntil = (day: Date) => Math.round((day.getTime() - today().getTime()) / DAY);

export function greet(): string {
  const hour = Number(localHour.format(new Date()));
  if (hour >= 5 && hour < 12) return "Good morning";
  return hour >= 12 && hour < 18 ? "Good afternoon" : "Good evening";
}
