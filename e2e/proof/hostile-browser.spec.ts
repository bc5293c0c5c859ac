import type { Page } from "@playwright/test";
import {
  expect,
  expectClientOf,
  JOHN,
  readClients,
  registerCustomer,
  serveDouble,
  signInByForm,
  signOut,
  test,
} from "../fixtures";
import { DEPARTMENT_PORTAL, REQUIRED_PORTAL } from "../servers";

test.describe("a browser without", () => {
  const FEATURES: [name: string, remove: () => void][] = [
    ["BroadcastChannel", () => Reflect.deleteProperty(window, "BroadcastChannel")],
    [
      "permission for BroadcastChannel",
      () => {
        window.BroadcastChannel = class {
          constructor() {
            throw new DOMException("Denied.", "SecurityError");
          }
        } as unknown as typeof BroadcastChannel;
      },
    ],
    [
      "permission for storage",
      () => {
        for (const name of ["localStorage", "sessionStorage"])
          Object.defineProperty(window, name, {
            get() {
              throw new DOMException("Denied.", "SecurityError");
            },
          });
      },
    ],
    [
      "everything that is optional",
      () => {
        for (const name of [
          "BroadcastChannel",
          "CustomEvent",
          "reportError",
          "matchMedia",
          "localStorage",
          "sessionStorage",
        ])
          Object.defineProperty(window, name, { value: undefined, configurable: true });
        Object.defineProperty(Crypto.prototype, "randomUUID", { value: undefined });
        Object.defineProperty(Navigator.prototype, "sendBeacon", { value: undefined });
        Object.defineProperty(AbortSignal, "timeout", { value: undefined });
        Object.defineProperty(AbortSignal, "any", { value: undefined });
      },
    ],
  ];

  for (const [name, remove] of FEATURES) {
    test(`${name} shows every page and the chat, from registration to sign-out (G2)`, async ({ page, context }) => {
      await context.addInitScript(remove);
      await page.goto("/");
      await expectClientOf(page, "anonymous");
      await registerCustomer(page);
      await expect.poll(async () => (await readClients(page)).at(-1)?.options.identityToken).toBeTruthy();
      for (const name of ["Policies", "Claims", "Account", "Overview"]) {
        await page.getByRole("navigation").getByRole("link", { name }).first().click();
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      }
      await signOut(page);
      await expectClientOf(page, "anonymous");
      await expect(page.getByText("We can't show this page")).toHaveCount(0);
    });
  }
});

test.describe("a sign-out that fails", () => {
  test.use({ expectedErrors: [/Failed to load resource|Failed to fetch|unexpected response/] });

  for (const [how, response] of [
    ["because the network is gone", null],
    ["because a proxy responds with an error", { status: 503, contentType: "text/html", body: "<h1>Unavailable</h1>" }],
  ] as const) {
    test(`${how} does not bring the chat back, in any tab, even after a reload (G7)`, async ({
      page,
      context,
      signIn,
    }) => {
      const { email, password } = await signIn();
      await page.goto("/portal");
      const other = await context.newPage();
      await other.goto("/portal");
      for (const tab of [page, other]) await tab.waitForFunction(() => window.widgetClient);

      let markAsFailed = () => {};
      const hasFailed = new Promise<void>((resolve) => (markAsFailed = resolve));
      await context.route("**/*", async (route) => {
        if (route.request().method() !== "POST") return route.fallback();
        await (response ? route.fulfill(response) : route.abort("internetdisconnected"));
        if (route.request().url().endsWith("/sign-out")) markAsFailed();
      });
      await page.getByRole("button", { name: "Sign out" }).click({ noWaitAfter: true });
      await hasFailed;
      await expectClientOf(other, "nobody");
      await context.unrouteAll();
      await serveDouble(context);

      await page.goto("/portal");
      await other.reload();
      for (const tab of [page, other]) {
        await expect(tab.getByText("Chat is unavailable")).toBeVisible();
        await expectClientOf(tab, "nobody");
      }

      await context.clearCookies();
      await signInByForm(page, email, password);
      await page.waitForFunction(() => window.widgetClient);
    });
  }
});

test.describe("a page that a translator and an extension change", () => {
  // React renders again what changed before hydration, and reports an error.
  test.use({ expectedErrors: [/Minified React error #418/] });
  test.beforeEach(async ({ context }) => {
    await context.addInitScript(() => {
      const SKIPPED = "script, style, noscript, textarea, option, title, font";
      // Translators replace each text node with elements.
      const translate = (root: Node) => {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        const texts: Text[] = [];
        while (walker.nextNode()) texts.push(walker.currentNode as Text);
        for (const text of texts) {
          if (!text.data || !text.parentElement || text.parentElement.closest(SKIPPED)) continue;
          const [outer, inner] = [document.createElement("font"), document.createElement("font")];
          inner.append(text.data);
          outer.append(inner);
          text.replaceWith(outer);
        }
      };
      // Extensions add and remove elements.
      const addElements = () => {
        document.querySelectorAll("meddler-element").forEach((element) => element.remove());
        document.body.prepend(document.createElement("meddler-element"));
        document.body.append(document.createElement("meddler-element"));
        for (const input of document.querySelectorAll("input, button"))
          input.after(document.createElement("meddler-element"));
      };
      window.addEventListener("load", () => {
        setTimeout(() => {
          addElements();
          translate(document.body);
          new MutationObserver((records) => {
            for (const { target } of records)
              translate(target.nodeType === Node.TEXT_NODE ? target.parentNode! : target);
          }).observe(document.body, { childList: true, characterData: true, subtree: true });
        }, 0);
      });
    });
  });
  const waitForTranslation = (page: Page) => page.waitForSelector("main font");

  test("shows each message, and no error page", async ({ page, signIn }) => {
    const customer = await signIn();
    await page.goto("/portal/account");
    await waitForTranslation(page);

    for (const name of ["Alva", "Berit"]) {
      await page.getByLabel("First name").fill(name);
      await page.getByRole("button", { name: "Save changes" }).click();
      await expect(page.getByText("Saved")).toBeVisible();
      await expect(page.getByText(`${name} Tester`)).toBeVisible();
    }
    await page.getByLabel("First name").fill(" ");
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByText("Enter your first name.")).toBeVisible();
    await expect(page.getByText("Saved")).toHaveCount(0);
    await page.getByLabel("First name").fill("x".repeat(61));
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByText("Use at most 60 characters.")).toBeVisible();
    await expect(page.getByText("Enter your first name.")).toHaveCount(0);

    for (const name of ["Policies", "Claims", "Account", "Overview"]) {
      await page.getByRole("navigation").getByRole("link", { name }).first().click();
      await expect(page.getByRole("navigation").getByRole("link", { name }).first()).toHaveAttribute(
        "aria-current",
        "page",
      );
    }
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Berit");
    await signOut(page);

    await page.goto("/login");
    await waitForTranslation(page);
    await page.getByLabel("Email").fill(customer.email);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByText("Enter your password.")).toBeVisible();
    await page.getByLabel("Password").fill("a wrong password");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.locator("main [role=alert]")).toBeVisible();
    await expect(page.getByText("Enter your password.")).toHaveCount(0);
    await page.getByRole("link", { name: "Create an account" }).click();
    await page.waitForURL("**/register");
    await waitForTranslation(page);
    await page.getByLabel("First name").fill("Twice");
    await page.getByLabel("Last name").fill("Twice");
    await page.getByLabel("Email").fill(customer.email);
    await page.getByLabel("Password").fill("a password of my own");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("link", { name: "Sign in instead" }).click();
    await expect(page).toHaveURL(/\/login/);
    await expect(page.getByText("We can't show this page")).toHaveCount(0);
  });

  test("shows that chat is unavailable, and removes the message when chat is back (G8)", async ({
    page,
    context,
    signIn,
  }) => {
    await signIn();
    await context.route("**/api/glassix-identity", (route) =>
      route.fulfill({ status: 200, contentType: "application/json", body: "{}" }),
    );
    await page.goto("/portal");
    await waitForTranslation(page);
    await expect(page.getByText("Chat is unavailable")).toBeVisible();
    await context.unroute("**/api/glassix-identity");
    await expect(page.getByText("Chat is unavailable")).toHaveCount(0);
    await page.waitForFunction(() => window.widgetClient);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  });
});

test.describe("the published snippet, left in a page of the portal,", () => {
  const runSnippet = () => {
    const createClient = () => {
      window.widgetClient = new GlassixWidgetClient!({
        apiKey: "7cab072d-43d0-4e9d-bb25-2a947696fe8f",
        snippetId: "dr548fbb5d61ec51869a",
      });
      window.widgetClient.attach();
      window.glassixWidgetScriptLoaded?.();
    };
    if (document.getElementById("glassix-widget-script")) return;
    const script = document.createElement("script");
    script.id = "glassix-widget-script";
    script.async = true;
    script.onload = createClient;
    script.src = "https://cdn.glassix.com/clients/widget.1.2.min.js";
    document.head.append(script);
  };
  /** Unlike `readClients`, allows two clients at once, because the snippet creates a second one. */
  const readLivingIdentifiers = (page: Page) =>
    page.evaluate(() =>
      window
        .widgetRecorder!.clients.filter(({ state }) => state !== "destroyed")
        .map(({ options }) => options.uniqueIdentifier),
    );

  for (const [when, baseURL] of [
    ["before the portal's loader", DEPARTMENT_PORTAL],
    ["after it", DEPARTMENT_PORTAL],
    ["in required mode", REQUIRED_PORTAL],
  ] as const) {
    test(`${when} leaves one client alive, and the console says what to do (G1, G2)`, async ({ openBrowser }) => {
      const page = await openBrowser({ baseURL });
      const warnings: string[] = [];
      page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
      if (when === "before the portal's loader")
        await page.addInitScript(`document.addEventListener("readystatechange", ${runSnippet}, { once: true })`);
      await signInByForm(page, JOHN.email);
      await expect.poll(() => readLivingIdentifiers(page)).toEqual([JOHN.uniqueIdentifier]);
      if (when !== "before the portal's loader") {
        // Unlike the published snippet, this always creates a client.
        await page.evaluate(() => {
          window.widgetClient = new GlassixWidgetClient!({ apiKey: "key", snippetId: "snippet" });
          window.widgetClient.attach();
        });
      }
      await expect.poll(() => readLivingIdentifiers(page)).toEqual([JOHN.uniqueIdentifier]);
      expect(
        await page.evaluate(
          () =>
            window.widgetClient ===
            (window.widgetRecorder!.clients.find(({ state }) => state === "attached") as unknown as { client: unknown })
              .client,
        ),
      ).toBe(true);
      await signOut(page);
      await expect.poll(() => readLivingIdentifiers(page)).toEqual(baseURL === REQUIRED_PORTAL ? [] : [undefined]);
      if (baseURL === REQUIRED_PORTAL) {
        await page.evaluate(runSnippet);
        await expect.poll(() => page.evaluate(() => window.widgetRecorder!.clients.length)).toBeGreaterThan(0);
        await expect.poll(() => readLivingIdentifiers(page)).toEqual([]);
      }
      const secondWidgetWarnings = warnings.filter((text) => text.includes("second Glassix widget"));
      expect(secondWidgetWarnings.length).toBeGreaterThan(0);
    });
  }
});
