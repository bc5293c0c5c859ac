import { getServerSession, type NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { redirect } from "next/navigation";
import { checkPassword, findUserByEmail, type User } from "@/lib/users";

export const authOptions: NextAuthOptions = {
  session: { strategy: "jwt" },
  pages: { signIn: "/login" },
  providers: [
    CredentialsProvider({
      credentials: {
        email: { label: "Email", type: "email" },
        password: { label: "Password", type: "password" },
      },
      async authorize(credentials) {
        if (!credentials) return null;
        const user = checkPassword(credentials.email, credentials.password);
        return user ? { id: user.id, name: `${user.firstName} ${user.lastName}`, email: user.email } : null;
      },
    }),
  ],
};

/** The signed-in user. Everyone else is sent to the sign-in page. */
export async function requireUser(): Promise<User> {
  const session = await getServerSession(authOptions);
  const user = session?.user?.email ? findUserByEmail(session.user.email) : undefined;
  return user ?? redirect("/login");
}
