import { PhoneLink } from "@/components/portal/phone-link";
import { ActionForm } from "@/components/ui/action-form";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeading } from "@/components/ui/page-heading";
import { requireUser } from "@/lib/auth/session";
import { brand } from "@/lib/brand";
import { addYears, CURRENCY_SYMBOL, toIsoDate, today } from "@/lib/format";
import { listPolicies, PRODUCT_NAMES, readTerm } from "@/lib/portal/policies";
import { fileInsuranceClaimAction } from "./actions";

export const metadata = { title: "File a claim" };

export default async function NewInsuranceClaimPage({ searchParams }: PageProps<"/portal/claims/new">) {
  const user = await requireUser();
  const { policy: wanted } = await searchParams;
  const policies = (await listPolicies(user)).filter((policy) => readTerm(policy).state !== "upcoming");
  const chosen = policies.find(({ number }) => number === wanted) ?? (policies.length === 1 ? policies[0] : undefined);
  const options = policies.map(({ number, product, insured }) => ({
    value: number,
    label: `${PRODUCT_NAMES[product]}: ${insured}`,
  }));
  return (
    <>
      <PageHeading title="File a claim" back={{ href: "/portal/claims", text: "All claims" }}>
        {policies.length > 0 &&
          "Five questions, about three minutes. We'll start reviewing your claim within one working day."}
      </PageHeading>
      {policies.length === 0 ? (
        <EmptyState icon="shield" title="No policy to claim on">
          You have no policy in force with us. If you think you do, call <PhoneLink />, {brand.hours}. We&apos;ll look
          it up and take your claim over the phone.
        </EmptyState>
      ) : (
        <ActionForm
          action={fileInsuranceClaimAction}
          submit="Send claim"
          hidden={{ formId: crypto.randomUUID(), customer: user.uniqueIdentifier }}
          values={{ policy: chosen?.number ?? "" }}
          fields={[
            {
              name: "policy",
              label: "Which policy is it about?",
              kind: "select",
              options: [{ value: "", label: "Choose a policy" }, ...options],
            },
            {
              name: "incidentOn",
              label: "When did it happen?",
              hint: "If you are not sure, enter the day you noticed it.",
              kind: "date",
              min: toIsoDate(addYears(today(), -2)),
              max: toIsoDate(today()),
            },
            {
              name: "title",
              label: "What happened, in a few words?",
              hint: "For example: Burst pipe under the kitchen sink.",
            },
            {
              name: "description",
              label: "Tell us more",
              hint: "Where, how, and what is damaged or lost. You can send photos later.",
              kind: "paragraphs",
            },
            {
              name: "estimated",
              label: `About how much will it cost, in ${CURRENCY_SYMBOL}? (optional)`,
              hint: "An estimate is enough. We'll work out the exact amount.",
              inputMode: "decimal",
            },
          ]}
        />
      )}
    </>
  );
}
