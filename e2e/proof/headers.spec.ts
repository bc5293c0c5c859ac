import { readdirSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { listAddresses } from "./hostile-requests";
import { sendRaw } from "./send-raw";

/** Addresses to which no page links. */
const STRANGE_ADDRESSES = [
  ...["x.js", "x.css", "x.svg", "x.ico", "x.map", "x.html", "x.json", ".env"].flatMap((name) =>
    ["/", "/portal/claims/", "/portal/", "/login/", "/sandbox/", "/api/", "/sandbox/api/", "/_next/"].map(
      (folder) => folder + name,
    ),
  ),
  ...["/api", "/api/", "/api/health/x", "/api/glassix-identity/x", "/sandbox/api", "/sandbox/chat/x", "/_next"],
  ...["/_next/static/nothing.js", "/_next/image", "/_next/data/x/login.json", "/_not-found", "/404", "/500"],
  ...["/favicon.ico", "/favicon.ico/", "/icon.svg", "/icon.svg/", "/icon.svgx", "/iconxsvg", "/robots.txt"],
  ...["//", "//login", "/login//", "/portal//x.js", "/login/", "/login.", "/login...", "/portal./x", "/./login"],
  ...["/LOGIN", "/Portal", "/API/health", "/Sandbox/Chat", "/Icon.SVG", "/_NEXT/x"],
  ...["/%", "/%zz.js", "/%ff", "/portal/claims/%", "/api/%", "/api/health%", "/_next/static/%", "/icon.svg%"],
  ...["/%6cogin", "/%61pi/health", "/api%2Fhealth", "/portal%2Fx.js", "/portal/claims/%2e%2e", "/login%00", "/x%2ejs"],
  ...["/login.rsc", "/portal.segments/_tree.segment.rsc", "/index.txt", "/login?_rsc=x"],
  ...[`/${"a".repeat(4_000)}`, `/${"a/".repeat(1_000)}x.js`, `/portal/claims/${"a".repeat(4_000)}.css`],
];
const isDecodable = (path: string) => !/%(?![0-9a-f]{2})|%(zz|ff)/i.test(path);
const METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"];

test("every HTML response has frame-ancestors, and no response repeats the request's headers", async ({ baseURL }) => {
  test.setTimeout(180_000);
  const [staticFile] = readdirSync(".next/static/chunks").filter((name) => name.endsWith(".js"));
  const addresses = [...listAddresses(), ...STRANGE_ADDRESSES, `/_next/static/chunks/${staticFile}`];
  const faults: string[] = [];
  for (const path of addresses) {
    // A stream does not end.
    if (path.endsWith("/stream")) continue;
    for (const method of METHODS) {
      const { status, headers, text } = await sendRaw(
        {
          method,
          path,
          headers: [
            ["Content-Security-Policy", "script-src 'nonce-injected'"],
            ["Content-Security-Policy-Report-Only", "script-src 'nonce-injected'"],
            ["X-Nonce", "injected"],
          ],
        },
        baseURL!,
      );
      const readHeader = (name: string) => headers.filter(([other]) => other === name).map(([, value]) => value);
      const addFault = (fault: string) => faults.push(`${method} ${path.slice(0, 80)}: ${fault}`);
      const policies = readHeader("content-security-policy");
      if (status === 0) addFault("no response");
      if (policies.length > 1) addFault("two policies");
      if (JSON.stringify([headers, text]).includes("injected")) addFault("contains the client's own header");
      // The chat frame has its own policy.
      if (
        /html/.test(readHeader("content-type").join()) &&
        path !== "/sandbox/chat" &&
        !/frame-ancestors 'self'/.test(policies.join())
      )
        addFault(`${status} without frame-ancestors`);
    }
  }
  expect(faults).toEqual([]);
});

test("no page or route fails on HEAD or OPTIONS, which monitors and proxies send", async ({ baseURL }) => {
  // e2e/proof/next-auth.spec.ts covers NextAuth's own.
  const routes = listAddresses().filter((path) => !path.startsWith("/api/auth"));
  // Next responds with 500 to an address that it cannot decode (docs/security.md).
  const paths = [...routes, ...STRANGE_ADDRESSES, "/icon.svg", "/favicon.ico"].filter(isDecodable);
  for (const path of paths)
    for (const method of ["HEAD", "OPTIONS"])
      expect((await sendRaw({ method, path }, baseURL!)).status, `${method} ${path.slice(0, 80)}`).toBeLessThan(500);
});
