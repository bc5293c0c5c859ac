import { LANGUAGES, type Language } from "@/lib/i18n/languages";

// One currency and time zone for server and browser: change them here, and "£" in the messages.
const TIME_ZONE = "Europe/London";
const DAY = 86_400_000;
const WEEKEND = [0, 6];

const CURRENCY = { style: "currency", currency: "GBP", trailingZeroDisplay: "stripIfInteger" } as const;

export const FORMATS = { en: createFormats("en"), he: createFormats("he") };

function createFormats(language: Language) {
  const { locale } = LANGUAGES[language];
  const dates = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: TIME_ZONE, ...options });
  const money = new Intl.NumberFormat(locale, CURRENCY);
  const localDate = dates({ dateStyle: "long" });
  const localTime = dates({ timeStyle: "short" });
  const zonedTime = dates({ hour: "2-digit", minute: "2-digit", timeZoneName: "long" });
  return {
    formatMoney: (cents: number) => money.format(cents / 100),
    formatDate: dates({ dateStyle: "long", timeZone: "UTC" }).format,
    formatWeekday: dates({ weekday: "long", day: "numeric", month: "long", timeZone: "UTC" }).format,
    formatMomentDate: localDate.format,
    formatMoment: (at: Date) => `${localDate.format(at)}, ${localTime.format(at)}`,
    /** For emails, whose readers may be anywhere: "27 November 2026, 02:00 Greenwich Mean Time". */
    formatMomentInZone: (at: Date) => `${localDate.format(at)}, ${zonedTime.format(at)}`,
    formatMonth: dates({ month: "long", year: "numeric" }).format,
  };
}

const localHour = new Intl.DateTimeFormat("en", { timeZone: TIME_ZONE, hour: "numeric", hourCycle: "h23" });
// Swedish dates are ISO dates.
const localIsoDate = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone: TIME_ZONE });

export const CURRENCY_SYMBOL = new Intl.NumberFormat("en-GB", CURRENCY)
  .formatToParts(0)
  .find(({ type }) => type === "currency")!.value;

const AMOUNT = /^(\d{1,3}(,\d{3})+|\d{1,12})(\.\d{1,2})?$/;

/** Cents; null if the text is not an amount. */
export function parseMoney(text: string): number | null {
  const amount = text.replaceAll(CURRENCY_SYMBOL, "").replace(/\s/g, "");
  if (!AMOUNT.test(amount)) return null;
  const [whole = "", fraction = ""] = amount.replaceAll(",", "").split(".");
  return Number(whole + fraction.padEnd(2, "0"));
}

export const toDay = (at: Date) => new Date(`${localIsoDate.format(at)}T00:00:00Z`);

export const today = () => toDay(new Date());

export const toIsoDate = (day: Date) => day.toISOString().slice(0, 10);

export function addYears(day: Date, years: number): Date {
  const moved = new Date(day);
  moved.setUTCFullYear(day.getUTCFullYear() + years);
  return moved;
}

export function addWorkingDays(day: Date, days: number): Date {
  let moved = day;
  for (let left = days; left > 0;) {
    moved = new Date(moved.getTime() + DAY);
    if (!WEEKEND.includes(moved.getUTCDay())) left--;
  }
  return moved;
}

export const daysUntil = (day: Date) => Math.round((day.getTime() - today().getTime()) / DAY);

export const toMinutes = (seconds: number) => Math.ceil(seconds / 60);

export function partOfDay(): "morning" | "afternoon" | "evening" {
  const hour = Number(localHour.format(new Date()));
  if (hour >= 5 && hour < 12) return "morning";
  return hour >= 12 && hour < 18 ? "afternoon" : "evening";
}
