import Link from "next/link";

export default function HomePage() {
  return (
    <main>
      <h1>Alder Health</h1>
      <p>Plans that grow with you.</p>
      <Link href="/login">Sign in</Link>
    </main>
  );
}
