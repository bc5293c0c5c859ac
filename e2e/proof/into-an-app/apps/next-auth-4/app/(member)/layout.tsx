import { MemberNav } from "@/components/member-nav";

export default function MemberLayout({ children }: { children: React.ReactNode }) {
  return (
    <>
      <MemberNav />
      <main className="mx-auto max-w-2xl px-6 py-12">{children}</main>
    </>
  );
}
