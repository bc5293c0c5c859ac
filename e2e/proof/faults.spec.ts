import type { Browser, Page } from "@playwright/test";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { openChat, sendMessage } from "./chat";
import { expect, JOHN, PASSWORD, registerCustomer, signInByForm, test as base } from "../fixtures";
import { HAS_SANDBOX } from "../servers";
import { startOwnPortal, type OwnPortal } from "./own-portal";

/** Longer than anybody waits, and than any answer may take. */
const TOO_LONG = 10_000;

const PORT = "3213";

const test = base.extend<object, { own: OwnPortal }>({
  own: [
    async ({}, use) => {
      const own = await startOwnPortal(PORT);
      await use(own);
      await own.stop();
    },
    { scope: "worker" },
  ],
});

test.use({
  baseURL: `http://localhost:${PORT}`,
  expectedErrors: [
    /40[149] |50[03] \(|ERR_|An error occurred in the Server Components render|React error #441|Failed to fetch|network error/,
  ],
});

test.skip(!HAS_SANDBOX, "The customers of this test chat in the sandbox.");
// One portal on one port, for one test after the other.
test.describe.configure({ mode: "default", timeout: 120_000 });

type Fault = {
  cause(own: OwnPortal): Promise<unknown> | void;
  mend(own: OwnPortal): Promise<unknown> | void;
};
const FAULTS: Record<string, Fault> = {
  "is killed": { cause: (own) => own.killDatabase(), mend: (own) => own.startDatabase() },
  "takes ten seconds for each answer": {
    cause: ({ cable }) => cable.slowDown(10_000),
    mend: ({ cable }) => cable.slowDown(0),
  },
  "has no connection left": { cause: ({ cable }) => cable.fillUp(true), mend: ({ cable }) => cable.fillUp(false) },
};

for (const [what, { cause, mend }] of Object.entries(FAULTS)) {
  test(`while the database ${what}, every answer comes in time and says so; then all goes on, nothing lost, nothing twice (G8)`, async ({
    own,
    browser,
    page,
  }) => {
    const { claims, login, chat, title } = await openVisit(page, browser);

    await cause(own);
    try {
      const answers = await Promise.all([
        ask(page, "POST", "/api/glassix-identity"),
        ask(page, "GET", "/api/health"),
        ask(page, "GET", "/api/auth/session"),
        ask(page, "GET", "/sandbox/api/settings"),
      ]);
      for (const { status, code, time } of answers) {
        expect(status).toBe(503);
        if (code) expect(code).toBe("unavailable");
        expect(time).toBeLessThan(TOO_LONG);
      }

      await Promise.all([
        inTime(async () => {
          await page.getByRole("link", { name: "Policies" }).first().click();
          await expect(page.getByRole("button", { name: "Try again" })).toBeVisible({ timeout: TOO_LONG });
        }),
        inTime(async () => {
          await claims.getByRole("button", { name: "Send claim" }).click();
          await expect(claims.getByText("We couldn't file your claim right now")).toBeVisible({ timeout: TOO_LONG });
          await expect(claims.getByLabel("in a few words")).toHaveValue(title);
          await expect(claims.getByLabel("Tell us more")).toHaveValue(/nothing of this may be lost/);
        }),
        inTime(async () => {
          await login.getByRole("button", { name: "Sign in" }).click();
          await expect(login.getByText("We can't sign you in right now")).toBeVisible({ timeout: TOO_LONG });
          await expect(login.getByLabel("Email")).toHaveValue(JOHN.email);
        }),
      ]);
      // A session that cannot be read is no sign-out: the customer keeps their chat, and what is typed there.
      await expect(chat.getByLabel("Message")).toBeVisible();
      await chat.getByLabel("Message").fill(title);
      await chat.getByRole("button", { name: "Send" }).click();
    } finally {
      await mend(own);
    }

    // By itself, without a restart of anything, and a message that was on its way as well.
    await expect(async () => {
      await claims.getByRole("button", { name: "Send claim" }).click({ timeout: 1_000 });
      await expect(claims).toHaveURL(/\/portal\/claims\/C-\d+$/, { timeout: 8_000 });
    }).toPass({ timeout: 60_000 });
    await expect(async () => {
      await login.getByLabel("Password").fill(PASSWORD, { timeout: 1_000 });
      await login.getByRole("button", { name: "Sign in" }).click({ timeout: 1_000 });
      await login.waitForURL("**/portal", { timeout: 8_000 });
    }).toPass({ timeout: 60_000 });
    await expect(async () => {
      const again = page.getByRole("button", { name: "Try again" });
      if (await again.isVisible()) await again.click({ timeout: 1_000 });
      await expect(page.getByText("HL-H-204817").first()).toBeVisible({ timeout: 3_000 });
    }).toPass({ timeout: 60_000 });
    await expect(async () => {
      const again = chat.getByRole("button", { name: /again/i });
      if (await again.isVisible()) await again.click({ timeout: 1_000 });
      await expect(chat.getByRole("log").getByText(title)).toBeVisible({ timeout: 1_000 });
      await expect(chat.getByText(/Sending…|Not sent/)).toHaveCount(0, { timeout: 3_000 });
    }).toPass({ timeout: 60_000 });
    expect((await page.request.post("/api/glassix-identity")).status()).toBe(200);
    expect(await own.sql(`SELECT count(*)::int AS count FROM "Claim" WHERE "title" = $1`, [title])).toEqual([
      { count: 1 },
    ]);
    expect(await own.sql(`SELECT count(*)::int AS count FROM sandbox."Message" WHERE "text" = $1`, [title])).toEqual([
      { count: 1 },
    ]);
    for (const visited of [claims, login]) await visited.context().close();
  });
}

test("while the database needs two seconds for each answer, every answer of the portal comes in time", async ({
  own,
  page,
}) => {
  await signInByForm(page, JOHN.email);
  own.cable.slowDown(2_000);
  try {
    const asked = [
      ask(page, "POST", "/api/glassix-identity"),
      ask(page, "GET", "/api/health"),
      ask(page, "GET", "/portal"),
      ask(page, "GET", "/portal/claims/C-1001"),
    ];
    for (const { time } of await Promise.all(asked)) expect(time).toBeLessThan(TOO_LONG);
  } finally {
    own.cable.slowDown(0);
  }
  await page.goto("/portal/policies");
  await expect(page.getByText("HL-H-204817").first()).toBeVisible();
});

test("while the database takes no writing, pages can be read, and whatever would write says that it cannot", async ({
  own,
  browser,
  page,
}) => {
  const { claims, login, chat, title } = await openVisit(page, browser);
  await own.setReadOnly(true);
  try {
    await page.getByRole("link", { name: "Policies" }).first().click();
    await expect(page.getByText("HL-H-204817").first()).toBeVisible();
    await expect(chat.getByLabel("Message")).toBeVisible();
    expect(await ask(page, "POST", "/api/glassix-identity")).toMatchObject({ status: 503, code: "unavailable" });
    expect(await ask(page, "GET", "/api/auth/session")).toMatchObject({ status: 200 });
    await claims.getByRole("button", { name: "Send claim" }).click();
    await expect(claims.getByText("We couldn't file your claim right now")).toBeVisible();
    await login.getByRole("button", { name: "Sign in" }).click();
    await expect(login.getByText("We can't sign you in right now")).toBeVisible();
  } finally {
    await own.setReadOnly(false);
  }
  await claims.getByRole("button", { name: "Send claim" }).click();
  await expect(claims).toHaveURL(/\/portal\/claims\/C-\d+$/);
  expect(await own.sql(`SELECT count(*)::int AS count FROM "Claim" WHERE "title" = $1`, [title])).toEqual([
    { count: 1 },
  ]);
  for (const visited of [claims, login]) await visited.context().close();
});

const SENTENCE = expect.stringMatching(/\.$/);

test("the health says what is wrong with the database and what to do, and nothing of where it is", async ({
  own,
  page,
}) => {
  const ask = async () => {
    const answer = await page.request.get("/api/health");
    return { ...(await answer.json()), code: answer.status(), text: await answer.text() };
  };
  const faults: [string, () => Promise<unknown> | void, () => Promise<unknown> | void][] = [
    ["read-only", () => own.setReadOnly(true), () => own.setReadOnly(false)],
    [
      "un-migrated",
      () => own.sql(`ALTER TABLE "_prisma_migrations" RENAME TO "Elsewhere"`),
      () => own.sql(`ALTER TABLE "Elsewhere" RENAME TO "_prisma_migrations"`),
    ],
    ["too-many-connections", () => own.cable.fillUp(true), () => own.cable.fillUp(false)],
    ["unreachable", () => own.cable.pullOut(), () => own.cable.plugIn()],
  ];
  for (const [database, cause, mend] of faults) {
    expect(await ask()).toMatchObject({ code: 200, status: "ok", database: "ok", problems: [] });
    await cause();
    // What was connected is only now found to be cut.
    await expect.poll(ask).toMatchObject({
      code: 503,
      status: "unavailable",
      database,
      problems: [{ code: database, found: SENTENCE, todo: SENTENCE }],
      text: expect.not.stringMatching(/127\.0\.0\.1|localhost|postgres@/),
    });
    await mend();
  }
});

test("an insurance claim whose confirmation got lost is filed once, however the form is sent again", async ({
  own,
  browser,
  page,
}) => {
  const { claims, login, title } = await openVisit(page, browser);
  own.cable.breakAfterCommitOf(`INSERT INTO "public"."Claim"`);
  await claims.getByRole("button", { name: "Send claim" }).click();
  await expect(claims.getByText("We couldn't file your claim right now")).toBeVisible();
  const count = () => own.sql(`SELECT count(*)::int AS count FROM "Claim" WHERE "title" LIKE $1`, [`${title}%`]);
  expect(await count()).toEqual([{ count: 1 }]);

  // Longer ago than the five minutes in which the same words are the same claim.
  await own.sql(`UPDATE "Claim" SET "createdAt" = now() - interval '1 hour' WHERE "title" = $1`, [title]);
  await claims.getByLabel("in a few words").fill(`${title}, corrected`);
  await claims.getByRole("button", { name: "Send claim" }).click();
  await expect(claims.getByText(/already sent this form, as claim C-\d+/)).toBeVisible();
  await expect(claims.getByLabel("in a few words")).toHaveValue(`${title}, corrected`);
  await claims.getByLabel("in a few words").fill(title);
  await claims.getByRole("button", { name: "Send claim" }).click();
  await expect(claims).toHaveURL(/\/portal\/claims\/C-\d+$/);
  expect(await count()).toEqual([{ count: 1 }]);
  for (const visited of [claims, login]) await visited.context().close();
});

test("a message whose confirmation got lost is sent once more by the chat, and is there once", async ({
  own,
  page,
}) => {
  await signInByForm(page, JOHN.email);
  const chat = await openChat(page);
  await sendMessage(chat, "The first one");
  const text = `Said once ${crypto.randomUUID()}`;
  own.cable.breakAfterCommitOf(`INSERT INTO sandbox."Message"`);
  await chat.getByLabel("Message").fill(text);
  await chat.getByRole("button", { name: "Send" }).click();
  await expect(async () => {
    const again = chat.getByRole("button", { name: /again/i });
    if (await again.isVisible()) await again.click({ timeout: 1_000 });
    await expect(chat.getByText(/Sending…|Not sent/)).toHaveCount(0, { timeout: 3_000 });
    await expect(chat.getByRole("log").getByText(text)).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
  expect(await own.sql(`SELECT count(*)::int AS count FROM sandbox."Message" WHERE "text" = $1`, [text])).toEqual([
    { count: 1 },
  ]);
});

test("a server that receives SIGTERM answers the request in flight and ends", async ({ own, page }) => {
  await signInByForm(page, JOHN.email);
  // A page with an open chat would hold a stream.
  await page.goto("about:blank");
  // All its statements together take less time than the portal gives them, also on a busy machine.
  own.cable.slowDown(400);
  const isNearlyDone = own.cable.untilAsked(`"openInsuranceClaims"`);
  const asked = ask(page, "POST", "/api/glassix-identity");
  await isNearlyDone;
  const ended = own.portal.stop("SIGTERM");
  expect(await asked).toMatchObject({ status: 200 });
  own.cable.slowDown(0);
  const begun = Date.now();
  expect(await ended).toBe(143);
  expect(Date.now() - begun).toBeLessThan(TOO_LONG);
  await own.restart();
});

test("a new version that is deployed in the middle of a visit keeps the customer signed in, their form and their chat (G2)", async ({
  own,
  page,
  browser,
}) => {
  // A server that is told to end waits for open streams of the chat, up to a minute.
  test.setTimeout(400_000);
  const { claims, login, chat, title } = await openVisit(page, browser);
  await sendMessage(chat, `Before ${title}`);
  await own.restart(makeAnotherBuild());
  try {
    await sendMessage(chat, `After ${title}`);
    await claims.getByRole("button", { name: "Send claim" }).click();
    await expect(claims).toHaveURL(/\/portal\/claims\/C-\d+$/);
    await page.getByRole("link", { name: "Policies" }).first().click();
    await expect(page.getByText("HL-H-204817").first()).toBeVisible();
    await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
    const reopened = await openChatAgain(page);
    await expect(reopened.getByText(`After ${title}`)).toBeVisible();
  } finally {
    for (const visited of [claims, login]) await visited.context().close();
    await own.restart();
  }
});

test("the portal logs lines of JSON, and its output holds no token, cookie, password or e-mail (G11)", async ({
  own,
  page,
  context,
}) => {
  const requestId = `a-request-${crypto.randomUUID()}`;
  const { email, password } = await registerCustomer(page);
  await page.request.post("/api/glassix-identity", { headers: { "x-request-id": requestId } });
  const { identityToken } = await (await page.request.post("/api/glassix-identity")).json();
  // All but the one that is the same for everybody.
  const cookies = (await context.cookies()).filter(({ name }) => name !== "portal.cookies");
  const answer = await page.goto("/portal/account");
  expect(answer!.headers()["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  await page.getByLabel("Current password").fill("a wrong one of mine");
  await page.getByLabel("New password").fill("another password of mine");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("This is not your current password")).toBeVisible();
  const { csrfToken } = await (await page.request.get("/api/auth/csrf")).json();
  const form = { csrfToken, email, password: "a wrong one of mine" };
  await ask(page, "POST", "/api/auth/callback/credentials", { form });
  // Errors quote more than anything else.
  await own.cable.pullOut();
  await ask(page, "POST", "/api/auth/callback/credentials", { form });
  await ask(page, "POST", "/api/glassix-identity");
  await ask(page, "GET", "/api/auth/session");
  await ask(page, "GET", `/portal?email=${email}`);
  await ask(page, "GET", "/sandbox/api/messages");
  await own.cable.plugIn();

  const output = own.portal.output();
  const events = output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events).toContainEqual(
    expect.objectContaining({ level: "info", msg: "audit", event: "identity-minted", outcome: "success", requestId }),
  );
  for (const msg of ["sign-in failed", "minting failed", "session not read", "request failed"])
    expect(events).toContainEqual(
      expect.objectContaining({ level: "error", msg, err: expect.objectContaining({ stack: expect.any(String) }) }),
    );
  const secrets = [email, encodeURIComponent(email), password, "a wrong one of mine", "another password of mine"];
  for (const secret of [...secrets, identityToken, csrfToken, ...cookies.map(({ value }) => value)])
    expect(output).not.toContain(secret);
});

/** Somebody reads with the chat open, files an insurance claim in another window, and somebody is about to sign in. */
async function openVisit(page: Page, browser: Browser) {
  const title = `Burst pipe ${crypto.randomUUID()}`;
  await signInByForm(page, JOHN.email);
  const chat = await openChat(page);
  const newPage = async () => (await browser.newContext({ baseURL: `http://localhost:${PORT}` })).newPage();
  const claims = await newPage();
  await signInByForm(claims, JOHN.email);
  await claims.goto("/portal/claims/new?policy=HL-H-204817");
  await claims.getByLabel("When did it happen?").fill(new Date(Date.now() - 86_400_000).toISOString().slice(0, 10));
  await claims.getByLabel("in a few words").fill(title);
  await claims.getByLabel("Tell us more").fill("Under the kitchen sink: nothing of this may be lost.");
  const login = await newPage();
  await login.goto("/login");
  await login.getByLabel("Email").fill(JOHN.email);
  await login.getByLabel("Password").fill(PASSWORD);
  return { title, chat, claims, login };
}

async function ask(page: Page, method: string, address: string, more: { form?: Record<string, string> } = {}) {
  const begun = Date.now();
  const response = await page.request.fetch(address, { method, timeout: 30_000, maxRedirects: 0, ...more });
  const text = await response.text();
  // Of the answer as a whole: the health has a list of problems, each with a code of its own.
  return { status: response.status(), code: /^[^[]*"code":"([^"]*)"/.exec(text)?.[1], time: Date.now() - begun };
}

async function inTime(work: () => Promise<void>): Promise<void> {
  const begun = Date.now();
  await work();
  expect(Date.now() - begun).toBeLessThan(TOO_LONG + 2_000);
}

/** The chat of a page that may have been loaded anew, open. */
async function openChatAgain(page: Page) {
  const open = page.getByRole("button", { name: "Open chat" });
  const chat = page.frameLocator("#glassix-container iframe");
  await expect(open.or(page.getByRole("button", { name: "Close chat" }))).toBeVisible();
  if (await open.isVisible()) await open.click();
  return chat;
}

/** This build under another id, as the next deployment would be: whatever goes by the id takes it for another one. */
function makeAnotherBuild(): string {
  const folder = path.resolve(".data/test-next-build");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync("."))
    if (!/^(\.next|\.data|\.git)$/.test(name)) symlinkSync(path.resolve(name), path.join(folder, name));
  cpSync(".next", path.join(folder, ".next"), {
    recursive: true,
    filter: (file) => !/\.next\/(cache|dev)(\/|$)/.test(file),
  });
  const id = readFileSync(".next/BUILD_ID", "utf8");
  const other = [...id].reverse().join("");
  for (const file of readdirSync(path.join(folder, ".next"), { recursive: true, encoding: "utf8" })) {
    if (statSync(path.join(folder, ".next", file)).isDirectory() || !/BUILD_ID$|\.(json|js|html|rsc)$/.test(file))
      continue;
    const text = readFileSync(path.join(folder, ".next", file), "utf8");
    if (text.includes(id)) writeFileSync(path.join(folder, ".next", file), text.replaceAll(id, other));
  }
  return folder;
}
