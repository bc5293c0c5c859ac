import NextAuth from "next-auth";
import { authOptions } from "@/lib/auth";
import { withoutSessionRenewal } from "@/lib/glassix/adapters/next-auth";

const handler = NextAuth(authOptions);
const get = withoutSessionRenewal(handler);

export { get as GET, handler as POST };
