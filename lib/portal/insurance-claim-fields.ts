import "server-only";
import { z } from "zod";
import { paragraphs, plainLine } from "@/lib/form";
import { addYears, EXAMPLE_AMOUNT, formatMoney, parseMoney, today } from "@/lib/format";

const MAX_CENTS = 100_000_000;

const bounded = z.string().max(100, { error: "Use at most 100 characters.", abort: true });

const incidentOn = bounded
  .min(1, { error: "Enter the day it happened.", abort: true })
  .pipe(z.iso.date("Enter a date as year, month and day: 2026-05-31."))
  .transform((text) => new Date(text))
  .refine((day) => day <= today(), "This date is in the future. Enter the day it happened.")
  .refine((day) => day >= addYears(today(), -2), "This is more than two years ago. Please call us to file this claim.");

const estimated = bounded
  .refine((text) => text.trim() === "" || parseMoney(text) !== null, {
    error: `Enter an amount such as ${EXAMPLE_AMOUNT}, or leave this empty.`,
    abort: true,
  })
  .transform(parseMoney)
  .refine((cents) => (cents ?? 0) <= MAX_CENTS, `Enter at most ${formatMoney(MAX_CENTS)}. For more, please call us.`);

export const newInsuranceClaimFields = {
  policy: bounded.min(1, "Choose the policy."),
  incidentOn,
  title: plainLine("a few words about what happened", 80),
  description: paragraphs(10, 2000, "Tell us a little more: at least 10 characters."),
  estimated,
};
