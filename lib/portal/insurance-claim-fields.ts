import "server-only";
import { z } from "zod";
import { paragraphs, plainLine } from "@/lib/form";
import { addYears, CURRENCY_SYMBOL, formatMoney, toIsoDate, today } from "./format";

const MAX_CENTS = 100_000_000;

const bounded = z.string().max(100, { error: "Use at most 100 characters.", abort: true });

const incidentOn = bounded.transform((text, context) => {
  const refuse = (message: string) => {
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  };
  if (text === "") return refuse("Enter the day it happened.");
  const day = new Date(`${text}T00:00:00Z`);
  // Date turns 31 June into 1 July: it must read back the same.
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(day.getTime()) || toIsoDate(day) !== text) {
    return refuse("Enter a date as year, month and day: 2026-05-31.");
  }
  if (day > today()) return refuse("This date is in the future. Enter the day it happened.");
  if (day < addYears(today(), -2)) return refuse("This is more than two years ago. Please call us to file this claim.");
  return day;
});

/** An amount as people type it, in integer cents, without floating point. Null when left empty. */
const estimated = bounded.transform((text, context) => {
  const typed = text.replaceAll(CURRENCY_SYMBOL, "").replace(/\s/g, "");
  if (typed === "") return null;
  const [, whole, fraction = ""] = /^(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,2}))?$/.exec(typed) ?? [];
  if (whole === undefined) {
    context.addIssue({ code: "custom", message: "Enter an amount such as 1,234.50, or leave this empty." });
    return z.NEVER;
  }
  const cents = Number(whole.replaceAll(",", "") + fraction.padEnd(2, "0"));
  if (cents > MAX_CENTS) {
    context.addIssue({ code: "custom", message: `Enter at most ${formatMoney(MAX_CENTS)}. For more, please call us.` });
    return z.NEVER;
  }
  return cents;
});

export const newInsuranceClaimFields = {
  policy: bounded.min(1, "Choose the policy."),
  incidentOn,
  title: plainLine("a few words on what happened", 80),
  description: paragraphs(10, 2000, "Tell us a little more: at least 10 characters."),
  estimated,
};
