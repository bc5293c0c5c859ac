import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { findRunningDatabase } from "../prisma/embedded-postgres";
import { expect, JOHN, openChat, registerCustomer, sendMessage, signIn, signOut, test as base } from "./fixtures";
import { NEXT_START, startPortal } from "./portal-process";
import { TEST_DATA_FOLDER } from "./servers";

const PORT = "3213";

/** Stands between a portal and the tests' database, so that a test can cut the connection. */
class Cable {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private port = 0;
  constructor(private readonly target: URL) {}

  async plugIn(): Promise<string> {
    this.server = createServer((socket) => {
      const upstream = connect(Number(this.target.port), this.target.hostname);
      for (const end of [socket, upstream]) {
        this.sockets.add(end);
        end.on("error", () => {}).on("close", () => (this.sockets.delete(end), socket.destroy(), upstream.destroy()));
      }
      socket.pipe(upstream).pipe(socket);
    });
    await new Promise<void>((resolve) => this.server!.listen(this.port, "127.0.0.1", resolve));
    this.port = (this.server.address() as AddressInfo).port;
    return `postgresql://postgres@127.0.0.1:${this.port}/postgres`;
  }

  async pullOut(): Promise<void> {
    const closed = new Promise((resolve) => this.server!.close(resolve));
    this.sockets.forEach((socket) => socket.destroy());
    await closed;
  }
}

const test = base.extend<object, { cable: Cable }>({
  cable: [
    async ({}, use) => {
      const cable = new Cable(new URL((await findRunningDatabase(TEST_DATA_FOLDER))!));
      const portal = startPortal(NEXT_START, {
        NODE_ENV: "production",
        DATABASE_URL: await cable.plugIn(),
        NEXTAUTH_SECRET: "the secret of the portal without a database",
        GLASSIX_SANDBOX: "true",
        PORT,
      });
      await portal.untilReady();
      await use(cable);
      await portal.stop();
      await cable.pullOut();
    },
    { scope: "worker" },
  ],
});

test.describe("while the database is down", () => {
  test.use({
    baseURL: `http://localhost:${PORT}`,
    expectedErrors: [
      /503|500 \(Internal Server Error\)|An error occurred in the Server Components render|React error #441/,
    ],
  });

  // One portal on one port, for one test after the other.
  test.describe.configure({ mode: "default" });

  test("pages offer a retry, endpoints answer 503, the chat stays; all recover by themselves", async ({
    page,
    cable,
  }) => {
    await signIn(page, JOHN.email);
    const chat = await openChat(page);

    await cable.pullOut();
    const identity = await page.request.post("/api/glassix-identity");
    expect([identity.status(), (await identity.json()).code]).toEqual([503, "unavailable"]);
    expect((await page.request.get("/api/health")).status()).toBe(503);

    // A session that cannot be read is no sign-out: the customer keeps their chat.
    expect((await page.request.get("/api/auth/session")).status()).toBe(503);
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));

    await page.getByRole("link", { name: "Policies" }).first().click();
    const retry = page.getByRole("button", { name: "Try again" });
    await expect(retry).toBeVisible();
    await retry.click();
    await expect(retry).toBeVisible();
    await expect(chat.getByLabel("Message")).toBeVisible();

    await cable.plugIn();
    await expect(async () => {
      if (await retry.isVisible()) await retry.click({ timeout: 1_000 });
      await expect(page.getByText("HL-H-204817").first()).toBeVisible({ timeout: 3_000 });
    }).toPass();
    expect((await page.request.post("/api/glassix-identity")).status()).toBe(200);
    await sendMessage(chat, `You are back ${Date.now()}`);
  });

  test("signing in says so, and keeps what was typed but the password", async ({ page, cable }) => {
    const { email, password } = await registerCustomer(page);
    await signOut(page);
    await cable.pullOut();
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByText("We cannot sign you in just now")).toBeVisible();
    await expect(page.getByLabel("Email")).toHaveValue(email);
    await expect(page.getByLabel("Password")).toHaveValue("");

    await cable.plugIn();
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/portal");
  });
});
