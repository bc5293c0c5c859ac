import Link from "next/link";
import { logOut } from "@/lib/actions";

export function SiteHeader({ name }: { name: string | null | undefined }) {
  return (
    <header className="flex items-center gap-6 bg-harbor px-8 py-4 text-white">
      <Link href="/" className="text-lg font-semibold">
        Harbor Mutual
      </Link>
      {name && (
        <>
          <nav className="flex gap-4">
            <Link href="/account">Account</Link>
            <Link href="/policies">Policies</Link>
          </nav>
          <span className="ml-auto">{name}</span>
          <form action={logOut}>
            <button type="submit" data-ends-chat className="rounded border border-white/60 px-3 py-1">
              Sign out
            </button>
          </form>
        </>
      )}
    </header>
  );
}
