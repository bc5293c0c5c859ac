import { requireUser } from "@/lib/auth";

export default async function AccountPage() {
  const user = await requireUser();
  return (
    <>
      <h1 className="mb-6 text-3xl font-bold">Hello, {user.firstName}</h1>
      <dl className="grid grid-cols-[8rem_1fr] gap-y-2">
        <dt className="text-slate-500">Name</dt>
        <dd>
          {user.firstName} {user.lastName}
        </dd>
        <dt className="text-slate-500">Email address</dt>
        <dd>{user.email}</dd>
        <dt className="text-slate-500">Plan</dt>
        <dd className="capitalize">{user.plan}</dd>
      </dl>
    </>
  );
}
