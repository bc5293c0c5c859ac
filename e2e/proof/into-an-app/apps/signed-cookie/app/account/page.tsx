import { MemberNav } from "@/components/member-nav";
import { requireUser } from "@/lib/session";

export default async function AccountPage() {
  const user = await requireUser();
  return (
    <>
      <MemberNav />
      <main>
        <h1>שלום, {user.firstName}</h1>
        <p>
          {user.firstName} {user.lastName}, {user.email}
        </p>
        <p>{user.plan === "premium" ? "מסלול פרימיום" : "מסלול רגיל"}</p>
      </main>
    </>
  );
}
