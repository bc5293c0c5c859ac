import { createSession } from "@/lib/session";
import { authenticate } from "@/lib/users";

export async function POST(request: Request) {
  const body = await request.json().catch(() => null);
  const user = authenticate(String(body?.email), String(body?.password));
  if (!user) return Response.json({ error: "Wrong email or password" }, { status: 401 });
  await createSession(user.id);
  return Response.json({ ok: true });
}
