/**
 * Compares the time from the click on *Sign in* until the widget is attached between the portal and the guide's client
 * code, with the same server, database, password check and delay of the vendor's script.
 *
 * The guide's code fetches the identity once the page after the sign-in has loaded, and then the script. It is measured
 * twice: as published, and as if the browser had cached the script.
 */
import { chromium, type Browser, type BrowserContext, type Page } from "@playwright/test";
import { browserLaunchOptions } from "@/scripts/find-browser";
import { expectClientOf, JOHN, PASSWORD, readClients, recordClients } from "../../fixtures";
import { SANDBOX_PORTAL } from "../../servers";
import { startDatabase, startSandboxPortal } from "./processes";
import { printHeading, checkTarget, printLine, median, printFigure } from "./report";

const SCRIPT_DELAY = 300;
const ROUNDS = 5;

export async function measureSignIns(): Promise<void> {
  await startSandboxPortal(await startDatabase("sign-in"));
  const browser = await chromium.launch(browserLaunchOptions());
  const portal: SignInFigures[] = [];
  const guide: number[] = [];
  const guideCached: number[] = [];
  // The first of each warms the server up.
  for (let round = 0; round <= ROUNDS; round++) {
    portal.push(await withContext(browser, SCRIPT_DELAY, async (context) => measureSignIn(await context.newPage())));
    guide.push(await withContext(browser, SCRIPT_DELAY, measureGuide));
    guideCached.push(await withContext(browser, 0, measureGuide));
  }
  await browser.close();

  const [measured, published, cached] = [portal.slice(1), guide.slice(1), guideCached.slice(1)];
  printHeading(`From the click on Sign in to attached (the vendor's script takes ${SCRIPT_DELAY} ms)`);
  const typical = median(measured.map(({ total }) => total));
  printLine(`the portal       ${formatSignIn(measured.find(({ total }) => total === typical)!)}`);
  printLine(
    `the guide's code ${Math.round(median(published))} ms; with the script cached ${Math.round(median(cached))} ms`,
  );
  const ratioTo = (others: number[]) => median(measured.map(({ total }, round) => total / others[round]!));
  checkTarget("the portal to the guide's code", ratioTo(published), { atMost: 0.6 });
  printFigure("the same with the script cached", ratioTo(cached));
  checkTarget("identity requests", Math.max(...measured.map(({ identityRequests }) => identityRequests)), {
    atMost: 1,
  });
}

/** Runs a measurement in a new browser context, in which nothing is cached. */
async function withContext<Result>(
  browser: Browser,
  scriptDelay: number,
  measure: (context: BrowserContext) => Promise<Result>,
): Promise<Result> {
  const context = await browser.newContext({ baseURL: SANDBOX_PORTAL });
  await recordClients(context);
  await context.route("**/sandbox/widget.js", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, scriptDelay));
    await route.continue();
  });
  await context.route("**/guide/login", (route) => route.fulfill({ path: "e2e/proof/bench/guide-login.html" }));
  await context.route("**/guide/portal", async (route) => {
    // Loads a page of the same server, with the same database reads.
    await context.request.get("/portal");
    await route.fulfill({ path: "e2e/snippet-page.html" });
  });
  try {
    return await measure(context);
  } finally {
    await context.close();
  }
}

async function measureGuide(context: BrowserContext): Promise<number> {
  const page = await context.newPage();
  await page.goto("/guide/login", { waitUntil: "networkidle" });
  await page.getByLabel("Email").fill(JOHN.email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.evaluate(() =>
    addEventListener(
      "click",
      () => sessionStorage.setItem("clicked", String(performance.timeOrigin + performance.now())),
      { capture: true, once: true },
    ),
  );
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL("**/guide/portal");
  const attached = await page.waitForFunction(() => {
    const time = window.widgetRecorder?.clients.at(-1)?.events.find(({ name }) => name === "attached")?.time;
    return time && performance.timeOrigin + time - Number(sessionStorage.getItem("clicked"));
  });
  return Number(await attached.jsonValue());
}

/** The time from the click on *Sign in* to `attached`, in milliseconds, divided into consecutive parts. */
type SignInFigures = {
  /** Until the identity has arrived: the session, the new page, the identity. */
  server: number;
  /** From then until the vendor's script has loaded; 0 if it loaded first. */
  script: number;
  /** From then until the widget reports that it is attached. */
  attach: number;
  total: number;
  /** The page's requests meanwhile, without those of the chat's frame. */
  requests: number;
  identityRequests: number;
};

/** Signs John in through the form, in a context whose clients are recorded, and returns the timing. */
async function measureSignIn(page: Page): Promise<SignInFigures> {
  await page.goto("/login", { waitUntil: "networkidle" });
  await page.getByLabel("Email").fill(JOHN.email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.evaluate(() =>
    window.addEventListener("click", () => Object.assign(window, { clickedAt: performance.now() }), {
      capture: true,
      once: true,
    }),
  );
  const urls: string[] = [];
  page.on("request", (request) => {
    if (request.frame() === page.mainFrame()) urls.push(new URL(request.url()).pathname);
  });
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expectClientOf(page, JOHN.uniqueIdentifier, 20_000);
  await page.waitForFunction(() =>
    window.widgetRecorder?.clients.at(-1)?.events.some(({ name }) => name === "attached"),
  );
  const requests = urls.length;

  const [client] = (await readClients(page)).slice(-1);
  const attached = client!.events.find(({ name }) => name === "attached")!.time;
  const { clicked, loads } = await page.evaluate(() => ({
    clicked: (window as unknown as { clickedAt: number }).clickedAt,
    loads: performance
      .getEntriesByType("resource")
      .map((entry) => ({ name: entry.name, end: (entry as PerformanceResourceTiming).responseEnd })),
  }));
  const identity = loads.findLast(({ name }) => name.endsWith("/api/glassix-identity"))!.end;
  const script = loads.find(({ name }) => name.includes("/widget"))!.end;
  return {
    server: identity - clicked,
    script: Math.max(script - identity, 0),
    attach: attached - Math.max(identity, script),
    total: attached - clicked,
    requests,
    identityRequests: urls.filter((path) => path === "/api/glassix-identity").length,
  };
}

/** Formats one line. */
function formatSignIn({ server, script, attach, total, requests, identityRequests }: SignInFigures): string {
  const ms = (value: number) => `${Math.round(value)} ms`;
  return `${ms(total)} = server ${ms(server)} + script ${ms(script)} + attach ${ms(attach)}; ${requests} requests, ${identityRequests} of them for an identity`;
}
