import { rmSync } from "node:fs";
import { connect } from "node:net";
import { openChat, sendMessage } from "../chat";
import { expect, JOHN, PASSWORD, signInByForm, test } from "../fixtures";
import { NEXT_START, startProcess } from "./portal-process";
import { copyProject } from "./project-copy";
import { DEPARTMENT } from "../servers";
import { readTestDatabaseUrl } from "../test-database";

const NEXTAUTH_SECRET = "the secret of a portal that a test starts";

const isListening = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "localhost", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });

test.describe("npm start", () => {
  // The tests share one port.
  test.describe.configure({ mode: "default" });
  const base = {
    NODE_ENV: "production",
    PORT: "3214",
    NEXTAUTH_SECRET,
    DATABASE_URL: "postgresql://postgres@127.0.0.1:1/postgres",
  };

  for (const [what, settings, message] of [
    [
      "without a database",
      { ...DEPARTMENT, DATABASE_URL: "" },
      "DATABASE_URL is not set. Example: DATABASE_URL=postgresql://",
    ],
    ["without a department", {}, "GLASSIX_SNIPPET_ID is not set. Set your department's values"],
    [
      "with half a department",
      { GLASSIX_API_KEY: DEPARTMENT.GLASSIX_API_KEY },
      "GLASSIX_API_SECRET is not set, but GLASSIX_API_KEY is",
    ],
    [
      "with tokens that live for an hour",
      { ...DEPARTMENT, GLASSIX_IDENTITY_TTL: "3600" },
      "GLASSIX_IDENTITY_TTL is 3600 seconds",
    ],
  ] as [string, Record<string, string>, string][]) {
    test(`does not start ${what}, and says why`, async () => {
      // Empty rather than unset, because a developer's .env.local may contain them.
      const none = {
        GLASSIX_API_KEY: "",
        GLASSIX_API_SECRET: "",
        GLASSIX_SNIPPET_ID: "",
        GLASSIX_SNIPPET_ID_HE: "",
        GLASSIX_SANDBOX: "",
        GLASSIX_IDENTITY_TTL: "",
      };
      const portal = startProcess(["npm", "start"], { ...base, ...none, ...settings });
      expect(await portal.exitCode()).toBe(1);
      expect(portal.output()).toContain(message);
      expect(portal.output()).not.toContain("Ready");
      expect(portal.output()).not.toContain("    at ");
      expect(portal.output()).not.toContain(NEXTAUTH_SECRET);
    });
  }
});

test("npm start ends when npm alone receives SIGTERM", async () => {
  const portal = startProcess(["npm", "start"], {
    PORT: "3214",
    NEXTAUTH_SECRET,
    DATABASE_URL: "postgresql://postgres@127.0.0.1:1/postgres",
    ...DEPARTMENT,
  });
  try {
    await portal.waitUntilReady();
    process.kill(portal.pid, "SIGTERM");
    // Without requests, which would keep a connection busy.
    await expect.poll(() => isListening(3214)).toBe(false);
  } finally {
    await portal.stop("SIGKILL");
  }
});

test("over https, the session cookie has the __Secure- prefix, and works (G7)", async () => {
  const portal = startProcess(NEXT_START, {
    NODE_ENV: "production",
    PORT: "3217",
    NEXTAUTH_SECRET,
    NEXTAUTH_URL: "https://portal.example.com",
    DATABASE_URL: readTestDatabaseUrl(),
    GLASSIX_SANDBOX: "true",
  });
  try {
    await portal.waitUntilReady();
    const address = "http://localhost:3217";
    const csrf = await fetch(`${address}/api/auth/csrf`);
    const [csrfCookie] = csrf.headers.getSetCookie();
    expect(csrfCookie).toMatch(/^__Host-next-auth\.csrf-token=.*Secure/);
    const { csrfToken } = await csrf.json();
    const signedIn = await fetch(`${address}/api/auth/callback/credentials`, {
      method: "POST",
      headers: { cookie: csrfCookie!.split(";")[0]! },
      body: new URLSearchParams({ csrfToken, email: JOHN.email, password: PASSWORD }),
      redirect: "manual",
    });
    const session = signedIn.headers
      .getSetCookie()
      .find((cookie) => cookie.startsWith("__Secure-next-auth.session-token="));
    for (const attribute of ["path=/", "httponly", "secure", "samesite=lax"])
      expect(session!.toLowerCase()).toContain(attribute);
    const identity = await fetch(`${address}/api/glassix-identity`, {
      method: "POST",
      headers: { cookie: session!.split(";")[0]! },
    });
    expect(identity.status).toBe(200);
    expect((await fetch(`${address}/login`)).headers.get("content-security-policy")).toContain(
      "upgrade-insecure-requests",
    );
    // Without the prefix it is not a session, so an attacker who can set cookies over http cannot plant one.
    const forged = await fetch(`${address}/api/glassix-identity`, {
      method: "POST",
      headers: { cookie: session!.split(";")[0]!.replace("__Secure-", "") },
    });
    expect(forged.status).toBe(401);
  } finally {
    await portal.stop();
  }
});

test("npm run build refuses a public variable that contains a secret (G11)", async () => {
  const build = startProcess(["npm", "run", "build"], {
    NEXTAUTH_SECRET,
    GLASSIX_API_SECRET: "",
    NEXT_PUBLIC_GREETING: `Hello, ${NEXTAUTH_SECRET}`,
  });
  expect(await build.exitCode()).toBe(1);
  expect(build.output()).toContain("NEXT_PUBLIC_GREETING: contains NEXTAUTH_SECRET. Every visitor can read it.");
  expect(build.output()).not.toContain(NEXTAUTH_SECRET);
});

test("npm run db:seed prepares a fresh copy, and is safe to repeat", async () => {
  test.setTimeout(300_000);
  const copy = copyProject("fresh-copy");
  try {
    for (let run = 0; run < 2; run++) {
      const seed = startProcess(["npm", "run", "db:seed"], {}, copy);
      expect(await seed.exitCode(), seed.output()).toBe(0);
      expect(seed.output()).toContain("Seeded john.wick@example.com and jane.doe@example.com.");
    }
    const refused = startProcess(["npm", "run", "db:seed"], { DATABASE_URL: "postgres://localhost/x y" }, copy);
    expect(await refused.exitCode()).toBe(1);
    expect(refused.output()).toContain("DATABASE_URL");
    expect(refused.output()).not.toContain("    at ");
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});

test.describe("npm run dev", () => {
  test.use({ baseURL: "http://localhost:3215", expectedErrors: [/\/_next\/webpack-hmr/] });

  test("serves the portal on PORT, with StrictMode on, and Ctrl-C stops every process", async ({ page }) => {
    test.setTimeout(180_000);
    const portal = startProcess(["npm", "run", "dev"], {
      DATABASE_URL: readTestDatabaseUrl(),
      PORT: "3215",
      GLASSIX_API_KEY: "",
      GLASSIX_API_SECRET: "",
      GLASSIX_SNIPPET_ID: "",
      GLASSIX_SNIPPET_ID_HE: "",
    });
    try {
      await portal.waitUntilReady().catch((error) => {
        test.skip(
          /Another next dev server is already running/.test(String(error)),
          "`npm run dev` is running in this folder.",
        );
        throw error;
      });
      page.setDefaultTimeout(60_000);
      await signInByForm(page, JOHN.email);
      const chat = await openChat(page);
      await sendMessage(chat, `Hello from development ${Date.now()}`);
      await expect(page.locator("#glassix-container")).toHaveCount(1);
      await expect.poll(() => page.evaluate(() => Boolean(window.widgetClient))).toBe(true);
    } finally {
      await page.close(); // Its pending requests would fail when the portal stops.
      await portal.stop("SIGINT");
    }
    await expect(fetch("http://localhost:3215/")).rejects.toThrow();
  });
});
