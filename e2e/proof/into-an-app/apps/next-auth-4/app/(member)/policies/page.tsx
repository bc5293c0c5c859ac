import { requireUser } from "@/lib/auth";

export default async function PoliciesPage() {
  const user = await requireUser();
  return (
    <>
      <h1 className="mb-6 text-3xl font-bold">Your policies</h1>
      <ul className="divide-y divide-slate-200 rounded-md border border-slate-200 bg-white">
        {user.policies.map((policy) => (
          <li key={policy} className="px-4 py-3">
            {policy}
          </li>
        ))}
      </ul>
    </>
  );
}
