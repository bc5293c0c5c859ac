"use client";

import { signOut } from "next-auth/react";
import Link from "next/link";

export function MemberNav() {
  return (
    <nav className="flex items-center gap-6 border-b border-slate-200 bg-white px-6 py-4">
      <span className="font-bold">Northwind Cover</span>
      <Link href="/account" className="text-sky-800">
        Account
      </Link>
      <Link href="/policies" className="text-sky-800">
        Policies
      </Link>
      <button
        type="button"
        onClick={() => signOut({ callbackUrl: "/login" })}
        className="ml-auto rounded-md border border-slate-300 px-3 py-1.5 text-sm"
      >
        Sign out
      </button>
    </nav>
  );
}
