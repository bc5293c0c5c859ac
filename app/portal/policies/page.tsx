import { PolicyList } from "@/components/portal/policy-list";
import { PageHeading } from "@/components/ui/page-heading";
import { requireUser } from "@/lib/auth/session";
import { listPolicies } from "@/lib/portal/policies";

export const metadata = { title: "Policies" };

export default async function PoliciesPage() {
  const user = await requireUser();
  return (
    <>
      <PageHeading title="Your policies">What is covered, what it costs and when it ends.</PageHeading>
      <PolicyList policies={await listPolicies(user)} />
    </>
  );
}
