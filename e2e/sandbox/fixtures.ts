import type { Page } from "@playwright/test";
import { test as base, type Customer } from "../fixtures";

export * from "../fixtures";
export * from "../chat";

export const test = base.extend<{
  /** Opens the portal as a new customer of this name. */
  openPortalAs: (firstName: string, page?: Page) => Promise<Customer>;
}>({
  openPortalAs: async ({ createCustomer, signIn, page: ownPage }, use) =>
    use(async (firstName, page = ownPage) => {
      const customer = await signIn(await createCustomer(firstName), page.context().request);
      await page.goto("/portal");
      return customer;
    }),
});
