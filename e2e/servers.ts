import { createHmac } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";

/** The first port of the tests. Set E2E_PORT to run the tests of two copies of the project at once. */
const FIRST_PORT = Number(process.env.E2E_PORT ?? 3210);
export const portAt = (offset: number) => String(FIRST_PORT + offset);
export const addressAt = (offset: number) => `http://localhost:${portAt(offset)}`;

// The tests' portals share one build and one database.
export const HAS_SANDBOX = existsSync("e2e/sandbox");
export const SANDBOX_PORTAL = addressAt(0);
/** Configured for a Glassix department. The tests serve a double in place of its script. */
export const DEPARTMENT_PORTAL = addressAt(1);
/** The same in required mode, with single sign-on and mail, and with sessions that end after half an hour without use. */
export const REQUIRED_PORTAL = addressAt(2);
/** Asks for consent to the chat, and loads it by default rules. The others load it at once. */
export const ASKING_PORTAL = addressAt(3);

/** The header from which the portals read the client's address. */
export const ADDRESS_HEADER = "x-test-address";

export const DEPARTMENT = {
  GLASSIX_API_KEY: "2F1A9C04-7D3B-4E8A-9B51-0C6D7E8F9A1B",
  GLASSIX_API_SECRET: "an API secret that only the tests know",
  GLASSIX_SNIPPET_ID: "te57fbb5d61ec51869ab",
  GLASSIX_SNIPPET_ID_HE: "he57fbb5d61ec51869ab",
};

/** The client at the identity provider that e2e/single-sign-on.spec.ts starts. */
export const OIDC = {
  // The host differs from the portal's, so that they do not share cookies.
  OIDC_ISSUER: `http://127.0.0.1:${portAt(10)}`,
  OIDC_CLIENT_ID: "portal",
  OIDC_CLIENT_SECRET: "a client secret that only the tests know",
};

export const SMTP_PORT = Number(portAt(25));
export const SMTP = {
  SMTP_URL: `smtp://127.0.0.1:${SMTP_PORT}`,
  MAIL_FROM: "Harborlight Insurance <portal@example.com>",
};

export const NEXTAUTH_SECRET = "the secret of the portals that the tests visit";

/** The key of an account's counter in "RateLimit": the email is hashed as in lib/audit.ts. */
export function signInCounterKey(email: string): string {
  const key = createHmac("sha256", NEXTAUTH_SECRET).update("audit account").digest();
  return `sign-in:${createHmac("sha256", key).update(email).digest("hex").slice(0, 32)}`;
}

/** The tests' own database: never the one that a developer works with. */
export const TEST_DATA_FOLDER = path.resolve(".data/test");

/** Where the tests' mail server stores messages. */
export const TEST_MAIL_FOLDER = path.resolve(".data/test-mail");
