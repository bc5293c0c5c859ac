import { MemberNav } from "@/components/member-nav";

export default function MemberLayout({ children }: { children: React.ReactNode }) {
  return (
    <>
      <MemberNav />
      <main>{children}</main>
    </>
  );
}
