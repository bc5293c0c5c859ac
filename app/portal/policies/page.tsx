import type { Metadata } from "next";
import { PhoneLink } from "@/components/portal/phone-link";
import { PolicyList } from "@/components/portal/policy-list";
import { EmptyState } from "@/components/ui/empty-state";
import { ShieldIcon } from "@/components/ui/icons";
import { PageHeading } from "@/components/ui/page-heading";
import { requireUser } from "@/lib/auth/session";
import { brand } from "@/lib/brand";
import { listPolicies } from "@/lib/portal/policies";

export const metadata: Metadata = { title: "Policies" };

export default async function PoliciesPage() {
  const user = await requireUser();
  const policies = await listPolicies(user);
  return (
    <>
      <PageHeading title="Your policies">What is covered, what it costs and when it ends.</PageHeading>
      {policies.length > 0 ? (
        <PolicyList policies={policies} />
      ) : (
        <EmptyState icon={<ShieldIcon />} title="No policies yet">
          Once you are insured with us, your policies and their documents appear here. To get started, or if a policy is
          missing, call <PhoneLink />, {brand.hours}.
        </EmptyState>
      )}
    </>
  );
}
