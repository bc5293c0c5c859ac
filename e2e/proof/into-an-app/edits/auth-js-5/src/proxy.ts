import { auth } from "@/auth";
import { withoutSessionRenewal } from "@/lib/glassix/adapters/next-auth";

export const proxy = withoutSessionRenewal(auth);

export const config = {
  matcher: ["/((?!api|_next/static|_next/image|icon.svg).*)"],
};
