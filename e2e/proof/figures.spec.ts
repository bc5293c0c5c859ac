import { openDesk } from "../sandbox/desk";
import {
  countMints,
  expect,
  expectClientOf,
  JOHN,
  openChat,
  readLiving,
  recordClients,
  registerCustomer,
  sendMessage,
  serveDouble,
  test,
} from "../fixtures";
import { formatMessages, measureMessages } from "./measure-messages";
import { formatSignIn, measureSignIn } from "./measure-sign-in";
import { REQUIRED_PORTAL, SANDBOX_PORTAL } from "../servers";

// In required mode a stranger's page has loaded no script: it comes with the identity.
for (const [what, baseURL, serve] of [
  ["with the script there already", SANDBOX_PORTAL, recordClients],
  ["with the script still to come", REQUIRED_PORTAL, serveDouble],
] as const) {
  test.describe(`from Sign in to attached, ${what}`, () => {
    test.use({ baseURL });

    test("one identity is asked for, and none at any route change (G5)", async ({ page, context }) => {
      await serve(context);
      const figures = await measureSignIn(page);
      console.log(`    ${formatSignIn(figures)}`);
      expect(figures.identityRequests).toBe(1);

      const mints = countMints(page);
      const living = await readLiving(page);
      const navigation = page.getByRole("navigation");
      for (const name of ["Policies", "Claims", "Account", "Overview"]) {
        await navigation.getByRole("link", { name }).first().click();
        await expect(navigation.getByRole("link", { name }).first()).toHaveAttribute("aria-current", "page");
      }
      await expectClientOf(page, JOHN.uniqueIdentifier);
      expect([mints.count, await readLiving(page)]).toEqual([0, living]);
    });
  });
}

test("a message takes no longer than a moment to the desk, and back", async ({ page, browser }) => {
  await registerCustomer(page, "Tempo");
  const chat = await openChat(page);
  await sendMessage(chat, "Hello");
  const desk = await (await browser.newContext()).newPage();
  await openDesk(desk);
  await desk.getByRole("button").filter({ hasText: "Tempo Tester" }).first().click();
  await desk.getByRole("log").getByText("Hello", { exact: true }).waitFor();
  const figures = await measureMessages(chat, desk);
  console.log(`    ${formatMessages(figures)}`);
  // On a busy machine; the figure to reach is 300 ms on a quiet one.
  expect(Math.max(figures.toDesk, figures.toCustomer)).toBeLessThan(5_000);
  await desk.context().close();
});
