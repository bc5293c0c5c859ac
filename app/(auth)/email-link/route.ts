import { NextResponse, type NextRequest } from "next/server";
import { LINK_PAGES, openLink } from "@/lib/auth/email-links";

/** Where links in emails lead. Changes nothing, because mail scanners follow links, and removes the secret from the address bar. */
export async function GET({ nextUrl }: NextRequest): Promise<Response> {
  const page = LINK_PAGES.find((page) => page === nextUrl.searchParams.get("to"));
  // Mail programs append punctuation, and some leave "&amp;" in the address.
  const secret = nextUrl.searchParams.get("secret") ?? nextUrl.searchParams.get("amp;secret") ?? "";
  if (page) await openLink(page, /^[\w-]{0,100}/.exec(secret)![0]);
  return new NextResponse(null, {
    status: 303,
    headers: { Location: `/${page ?? "login"}`, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer" },
  });
}
