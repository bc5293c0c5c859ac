"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { problem, readField, submitUserForm, wrongField, type FormState } from "@/lib/form";
import { formatDate, formatMinutes } from "@/lib/format";
import { newInsuranceClaimFields } from "@/lib/portal/insurance-claim-fields";
import { fileInsuranceClaim, FILINGS_PER_HOUR, formatReference } from "@/lib/portal/insurance-claims";
import { findPolicy } from "@/lib/portal/policies";

const NOT_FILED = "We couldn't file your claim right now. Nothing you typed is lost. Please send it again in a minute.";

const schema = z.object(newInsuranceClaimFields);

export async function fileInsuranceClaimAction(_: FormState, formData: FormData): Promise<FormState> {
  return submitUserForm(schema, formData, NOT_FILED, async (data, user) => {
    const policy = await findPolicy(user, data.policy);
    if (!policy) return wrongField("policy", "Choose one of your policies.");
    if (data.incidentOn < policy.startsOn || data.incidentOn > policy.endsOn) {
      const term = `${formatDate(policy.startsOn)} to ${formatDate(policy.endsOn)}`;
      const text = `This policy covers ${term}. Check the date, or choose the policy that was in force then.`;
      return wrongField("incidentOn", text);
    }

    const { policy: policyNumber, estimated: estimatedCents, ...rest } = data;
    const formId = z.uuid().safeParse(readField(formData, "formId")).data ?? null;
    const filing = await fileInsuranceClaim(user, { ...rest, policyNumber, estimatedCents, formId });
    switch (filing.kind) {
      case "not-their-policy":
        return wrongField("policy", "Choose one of your policies.");
      case "limited":
        return problem(
          `You can file at most ${FILINGS_PER_HOUR} claims an hour. Nothing you typed is lost. Send it again in ${formatMinutes(filing.seconds)}, or call us.`,
        );
      case "changed":
        return problem(
          `You have already sent this form: it is claim ${formatReference(filing)}. If something has changed, tell us in the chat.`,
        );
      case "filed":
      case "filed-before":
        // The identity contains open insurance claims: rendering the layout again makes the chat renew it.
        revalidatePath("/portal", "layout");
        redirect(`/portal/claims/${formatReference(filing)}`);
    }
  });
}
