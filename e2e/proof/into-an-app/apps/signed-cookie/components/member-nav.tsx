import Link from "next/link";

export function MemberNav() {
  return (
    <nav>
      <Link href="/account">Account</Link>
      <Link href="/policies">Policies</Link>
      <form method="post" action="/logout">
        <button type="submit">Sign out</button>
      </form>
    </nav>
  );
}
