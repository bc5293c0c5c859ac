import type { Page } from "@playwright/test";
import { expectClientOf, JOHN, PASSWORD, readClients } from "../fixtures";

/** From the click on *Sign in* to `attached`, in milliseconds, and in parts that follow one another. */
export type SignInFigures = {
  /** Until the identity is there: the session, the new page, the identity. */
  server: number;
  /** From then until the vendor's script is there too; 0 where it came first. */
  script: number;
  /** From then until the widget says that it is attached. */
  attach: number;
  total: number;
  /** All that the page has asked for meanwhile, the frame of the chat left out. */
  requests: number;
  identityRequests: number;
};

/** Signs John in through the form, in a context whose clients are recorded, and says where the time went. */
export async function measureSignIn(page: Page): Promise<SignInFigures> {
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
  await page.getByRole("button", { name: "Sign in" }).click();
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

/** One line for a person to read. */
export function formatSignIn({ server, script, attach, total, requests, identityRequests }: SignInFigures): string {
  const ms = (value: number) => `${Math.round(value)} ms`;
  return `${ms(total)} = server ${ms(server)} + script ${ms(script)} + attach ${ms(attach)}; ${requests} requests, ${identityRequests} of them for an identity`;
}
