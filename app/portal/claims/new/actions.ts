"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { getFormUser } from "@/lib/auth/session";
import { withFormErrors, readField, readForm, SIGNED_OUT, type FormState } from "@/lib/form";
import { formatDate, formatMinutes } from "@/lib/format";
import { newInsuranceClaimFields } from "@/lib/portal/insurance-claim-fields";
import { fileInsuranceClaim, FILINGS_PER_HOUR, formatReference } from "@/lib/portal/insurance-claims";
import { findPolicy } from "@/lib/portal/policies";

const NOT_FILED = "We couldn't file your claim right now. Nothing you typed is lost. Please send it again in a minute.";

const schema = z.object(newInsuranceClaimFields);

export async function fileInsuranceClaimAction(_: FormState, formData: FormData): Promise<FormState> {
  const { state, data } = readForm(schema, formData);
  return withFormErrors(state, NOT_FILED, async () => {
    const user = await getFormUser(formData);
    if (!user) return { ...state, message: SIGNED_OUT };
    if (!data) return state;

    const policy = await findPolicy(user, data.policy);
    if (!policy) return { ...state, errors: { policy: { text: "Choose one of your policies." } } };
    if (data.incidentOn < policy.startsOn || data.incidentOn > policy.endsOn) {
      const term = `${formatDate(policy.startsOn)} to ${formatDate(policy.endsOn)}`;
      const text = `This policy covers ${term}. Check the date, or choose the policy that was in force then.`;
      return { ...state, errors: { incidentOn: { text } } };
    }

    const { policy: policyNumber, estimated: estimatedCents, ...rest } = data;
    const formId = z.uuid().safeParse(readField(formData, "formId")).data ?? null;
    const filing = await fileInsuranceClaim(user, { ...rest, policyNumber, estimatedCents, formId });
    switch (filing.kind) {
      case "not-their-policy":
        return { ...state, errors: { policy: { text: "Choose one of your policies." } } };
      case "limited": {
        const text = `You can file at most ${FILINGS_PER_HOUR} claims an hour. Nothing you typed is lost. Send it again in ${formatMinutes(filing.seconds)}, or call us.`;
        return { ...state, message: { kind: "problem", text } };
      }
      case "changed": {
        const text = `You have already sent this form: it is claim ${formatReference(filing)}. If something has changed, tell us in the chat.`;
        return { ...state, message: { kind: "problem", text } };
      }
      case "filed":
      case "filed-before":
        // The identity contains open insurance claims: rendering the layout again makes the chat renew it.
        revalidatePath("/portal", "layout");
        redirect(`/portal/claims/${formatReference(filing)}`);
    }
  });
}
