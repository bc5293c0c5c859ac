import { expect, registerCustomer, signInByForm, signOut, test as base } from "../fixtures";
import { startIsolatedPortal, type IsolatedPortal } from "./isolated-portal";
import { ADDRESS_HEADER } from "../servers";

const test = base.extend<object, { portal: IsolatedPortal }>({
  portal: [
    async ({}, use) => {
      const portal = await startIsolatedPortal("3245", { CLIENT_ADDRESS_HEADER: ADDRESS_HEADER });
      await use(portal);
      await portal.stop();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ portal }, use) => use(portal.address),
});
test.describe.configure({ mode: "default", timeout: 180_000 });
test.use({ extraHTTPHeaders: { [ADDRESS_HEADER]: "203.0.113.7" } });

type AuditLine = { event: string; outcome: string; session: string | null; account: string | null } & Record<
  string,
  unknown
>;

const readAudit = (portal: IsolatedPortal): AuditLine[] =>
  portal.process
    .output()
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg === "audit");

test("an incident can be reconstructed from the audit events, which name nobody (G11)", async ({
  portal,
  page,
  request,
}) => {
  const { email, password } = await registerCustomer(page);
  const { identityToken } = await (await page.request.post("/api/glassix-identity")).json();
  const { user } = await (await page.request.get("/api/auth/session")).json();

  await page.goto("/portal/account");
  await page.getByLabel("First name").fill("Renamed");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
  await page.getByLabel("Current password").fill(password);
  await page.getByLabel("New password").fill("another password of mine");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Password changed. You are signed out everywhere else.")).toBeVisible();
  await signOut(page);
  await signInByForm(page, email, "another password of mine");
  await page.goto("/portal/account");
  await page.getByRole("button", { name: "End all sessions" }).click();
  await page.waitForURL("**/login?signed-out");

  const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
  for (let count = 0; count < 11; count++)
    await request.post("/api/auth/callback/credentials", {
      form: { csrfToken, email: `  ${email.toUpperCase()} `, password: "wrong" },
      maxRedirects: 0,
    });

  // The output of another process takes a moment to arrive.
  await expect.poll(() => readAudit(portal).filter(({ event }) => event === "lockout").length).toBeGreaterThan(0);
  const lines = readAudit(portal);
  const { account } = lines.find(({ event }) => event === "registration")!;
  const ofCustomer = lines.filter((line) => line.account === account);
  const summary = ofCustomer.map(({ event, outcome }) => `${event} ${outcome}`);
  for (const expected of [
    "registration success",
    "sign-in success",
    "identity-minted success",
    "name-changed success",
    "password-changed success",
    "sign-out success",
    "sessions-ended success",
    "sign-in refused",
    "lockout refused",
  ])
    expect(summary).toContain(expected);
  expect(summary.filter((line) => line === "sign-in refused")).toHaveLength(10);
  expect(ofCustomer).toContainEqual(
    expect.objectContaining({ event: "identity-minted", session: user.sessionId, fingerprint: expect.any(String) }),
  );
  for (const line of ofCustomer)
    expect(line).toMatchObject({
      network: "203.0.113.0/24",
      account: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  const { requestId } = ofCustomer.find(({ event }) => event === "name-changed")!;
  expect(requestId).toEqual(expect.any(String));
  const text = JSON.stringify(lines);
  for (const secret of [email, email.toUpperCase(), "Renamed", password, identityToken, identityToken.split(".")[2]])
    expect(text).not.toContain(secret);
});
