import { MemberNav } from "@/components/member-nav";
import { requireUser } from "@/lib/session";

const policies = {
  premium: ["ביטוח רכב מקיף", "ביטוח דירה ותכולה"],
  standard: ["ביטוח רכב חובה"],
};

export default async function PoliciesPage() {
  const user = await requireUser();
  return (
    <>
      <MemberNav />
      <main>
        <h1>הפוליסות שלי</h1>
        <ul>
          {policies[user.plan].map((policy) => (
            <li key={policy}>{policy}</li>
          ))}
        </ul>
      </main>
    </>
  );
}
