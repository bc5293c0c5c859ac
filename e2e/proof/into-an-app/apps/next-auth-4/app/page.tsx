import Link from "next/link";

export default function HomePage() {
  return (
    <main className="mx-auto flex max-w-2xl flex-col gap-6 px-6 py-24">
      <h1 className="text-4xl font-bold">Northwind Cover</h1>
      <p className="text-lg text-slate-600">Home, car and travel insurance in one place.</p>
      <Link href="/login" className="self-start rounded-md bg-sky-700 px-5 py-2.5 font-medium text-white">
        Sign in
      </Link>
    </main>
  );
}
