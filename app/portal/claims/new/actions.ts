"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { problem, readField, submitUserForm, wrongField, type FormState } from "@/lib/form";
import { toMinutes } from "@/lib/format";
import { getFormats, getTranslations } from "@/lib/i18n/request";
import { newInsuranceClaimFields } from "@/lib/portal/insurance-claim-fields";
import { fileInsuranceClaim, FILINGS_PER_HOUR, formatReference } from "@/lib/portal/insurance-claims";
import { findPolicy } from "@/lib/portal/policies";

const schema = z.object(newInsuranceClaimFields);

export async function fileInsuranceClaimAction(_: FormState, formData: FormData): Promise<FormState> {
  const t = await getTranslations("newClaim");
  return submitUserForm(schema, formData, t("failure"), async (data, user) => {
    const policy = await findPolicy(user, data.policy);
    if (!policy) return wrongField("policy", t("notYourPolicy"));
    if (data.incidentOn < policy.startsOn || data.incidentOn > policy.endsOn) {
      const { formatDate } = await getFormats();
      const term = { from: formatDate(policy.startsOn), to: formatDate(policy.endsOn) };
      return wrongField("incidentOn", t("notInTerm", term));
    }

    const { policy: policyNumber, estimated: estimatedCents, ...rest } = data;
    const formId = z.uuid().safeParse(readField(formData, "formId")).data ?? null;
    const filing = await fileInsuranceClaim(user, { ...rest, policyNumber, estimatedCents, formId });
    switch (filing.kind) {
      case "not-their-policy":
        return wrongField("policy", t("notYourPolicy"));
      case "limited":
        return problem(t("limited", { most: FILINGS_PER_HOUR, minutes: toMinutes(filing.seconds) }));
      case "changed":
        return problem(t("changed", { reference: formatReference(filing) }));
      case "filed":
      case "filed-before":
        // The identity contains open insurance claims: rendering the layout again makes the chat renew it.
        revalidatePath("/portal", "layout");
        redirect(`/portal/claims/${formatReference(filing)}`);
    }
  });
}
