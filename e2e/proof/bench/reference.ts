/**
 * The Next application for comparison: an empty page, the same with the chat or with NextAuth's provider, a route handler
 * that returns a constant, and a minimal handler that mints.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { run } from "@/scripts/set-up";
import { NEXT, startServer, type Server, type ServerSettings } from "./processes";

const FOLDER = path.resolve(".data/bench");

/** Each page has its own root layout, so that no page loads scripts of another. */
const FILES = {
  "next.config.mjs": "export default { agentRules: false };",
  // Otherwise Next would find the portal's in a parent folder.
  "instrumentation.js": "export function register() {}",
  "jsconfig.json": JSON.stringify({ compilerOptions: { paths: { "@/*": ["../../*"] } } }),
  "app/(empty)/layout.js": layout("{children}"),
  "app/(empty)/empty/page.js": "export default function Page() { return <p>Empty</p>; }",
  "app/(chat)/layout.js": `import { VerifiedChat } from "@/components/chat/verified-chat";\n${layout("{children}<VerifiedChat apiKey='key' snippetId='snippet' isIdentityRequired help='' session={{ user: null }} />")}`,
  "app/(chat)/chat/page.js": "export default function Page() { return <p>Chat</p>; }",
  "app/(provider)/layout.js": `import { Provider } from "./provider";\n${layout("<Provider>{children}</Provider>")}`,
  "app/(provider)/provider.js": `"use client";\nimport { SessionProvider } from "next-auth/react";\nexport function Provider({ children }) { return <SessionProvider session={null}>{children}</SessionProvider>; }`,
  "app/(provider)/provider/page.js": `"use client";\nimport { useSession } from "next-auth/react";\nexport default function Page() { return <p>{useSession().status}</p>; }`,
  "app/constant/route.js": `export function POST() { return Response.json({ uniqueIdentifier: "db79e775-81fd-4f2e-8741-9266e920cc32", identityToken: "constant", expiresAt: 0 }); }`,
  "app/least/route.js": `
    import { SignJWT } from "jose";
    import pg from "pg";
    import { decode } from "next-auth/jwt";

    const { DATABASE_URL, NEXTAUTH_SECRET, GLASSIX_API_KEY, GLASSIX_API_SECRET } = process.env;
    const pool = new pg.Pool({ connectionString: DATABASE_URL });
    const key = crypto.subtle.importKey("raw", Buffer.from(String(GLASSIX_API_SECRET)), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);

    export async function POST({ headers }) {
      const [, token] = headers.get("cookie").split("=");
      const { sub } = await decode({ token, secret: NEXTAUTH_SECRET });
      const { rows } = await pool.query('SELECT "uniqueIdentifier", "firstName" FROM "User" WHERE "id" = $1', [sub]);
      const { uniqueIdentifier, firstName } = rows[0];
      const identityToken = await new SignJWT({ field1: firstName })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .setIssuer(GLASSIX_API_KEY)
        .setAudience(uniqueIdentifier)
        .setIssuedAt()
        .setExpirationTime("5h")
        .sign(await key);
      return Response.json({ uniqueIdentifier, identityToken, expiresAt: 0 });
    }`,
};

function layout(children: string): string {
  return `export default function Layout({ children }) { return <html lang="en"><body>${children}</body></html>; }`;
}

export async function buildReference(): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true });
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(FOLDER, file)), { recursive: true });
    writeFileSync(path.join(FOLDER, file), text);
  }
  await run(process.execPath, [NEXT, "build", FOLDER]);
}

export const startReference = (settings?: ServerSettings, address = "http://localhost:3220"): Promise<Server> =>
  startServer([process.execPath, NEXT, "start", FOLDER], address, settings);
