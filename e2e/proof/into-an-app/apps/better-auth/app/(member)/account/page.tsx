import { requireUser } from "@/lib/session";

export default async function AccountPage() {
  const user = await requireUser();
  return (
    <>
      <h1>Good day, {user.firstName}</h1>
      <p>
        {user.name} ({user.email}), {user.plan} plan.
      </p>
    </>
  );
}
