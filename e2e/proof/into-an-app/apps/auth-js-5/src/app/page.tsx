import Link from "next/link";

export default function Home() {
  return (
    <>
      <h1 className="mb-4 text-4xl font-semibold">A safe harbor</h1>
      <p className="mb-8 text-stone-600">Life and health insurance, owned by its members.</p>
      <Link href="/login" className="rounded bg-harbor px-4 py-2 text-white">
        Sign in
      </Link>
    </>
  );
}
