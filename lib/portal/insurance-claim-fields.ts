import "server-only";
import { z } from "zod";
import { atMost, fault, paragraphs, plainLine } from "@/lib/form";
import { addYears, parseMoney, today } from "@/lib/format";

const MAX_AMOUNT = 1_000_000;

const bounded = z.string().refine((text) => text.length <= 100, atMost(100));

const incidentOn = bounded
  .refine((text) => text !== "", fault("enterIncidentDate"))
  .pipe(z.iso.date(fault("malformedDate")))
  .transform((text) => new Date(text))
  .refine((day) => day <= today(), fault("futureIncident"))
  .refine((day) => day >= addYears(today(), -2), fault("oldIncident"));

const estimated = bounded
  .refine((text) => text.trim() === "" || parseMoney(text) !== null, fault("malformedAmount"))
  .transform(parseMoney)
  .refine((cents) => (cents ?? 0) <= 100 * MAX_AMOUNT, fault("amountTooHigh", { count: MAX_AMOUNT }));

export const newInsuranceClaimFields = {
  policy: bounded.refine((text) => text !== "", fault("choosePolicy")),
  incidentOn,
  title: plainLine("enterTitle", 80),
  description: paragraphs(10, 2000, "shortDescription"),
  estimated,
};
