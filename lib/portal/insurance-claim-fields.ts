import "server-only";
import { z } from "zod";
import { paragraphs, plainLine } from "@/lib/form";
import { addYears, CURRENCY_SYMBOL, formatMoney, today } from "./format";

const MAX_CENTS = 100_000_000;
const AMOUNT = /^(|(\d{1,3}(,\d{3})+|\d{1,12})(\.\d{1,2})?)$/;

const bounded = z.string().max(100, { error: "Use at most 100 characters.", abort: true });

const incidentOn = bounded
  .min(1, { error: "Enter the day it happened.", abort: true })
  .pipe(z.iso.date("Enter a date as year, month and day: 2026-05-31."))
  .transform((text) => new Date(text))
  .refine((day) => day <= today(), "This date is in the future. Enter the day it happened.")
  .refine((day) => day >= addYears(today(), -2), "This is more than two years ago. Please call us to file this claim.");

const estimated = bounded
  .transform((text) => text.replaceAll(CURRENCY_SYMBOL, "").replace(/\s/g, ""))
  .pipe(z.string().regex(AMOUNT, "Enter an amount such as 1,234.50, or leave this empty."))
  .transform((typed) => {
    const [whole = "", fraction = ""] = typed.replaceAll(",", "").split(".");
    return whole === "" ? null : Number(whole + fraction.padEnd(2, "0"));
  })
  .refine((cents) => (cents ?? 0) <= MAX_CENTS, `Enter at most ${formatMoney(MAX_CENTS)}. For more, please call us.`);

export const newInsuranceClaimFields = {
  policy: bounded.min(1, "Choose the policy."),
  incidentOn,
  title: plainLine("a few words about what happened", 80),
  description: paragraphs(10, 2000, "Tell us a little more: at least 10 characters."),
  estimated,
};
