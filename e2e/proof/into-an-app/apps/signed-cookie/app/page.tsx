import Link from "next/link";

export default function HomePage() {
  return (
    <main>
      <h1>ביטוח הגליל</h1>
      <p>ביטוח רכב ודירה לכל המשפחה.</p>
      <Link href="/login">Sign in</Link>
    </main>
  );
}
