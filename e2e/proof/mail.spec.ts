import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test as base } from "@playwright/test";
import { readMails, waitForMail } from "../mail";
import { startSmtpServer, type MailReply, type SmtpServer } from "../smtp-server";
import { startIsolatedPortal, type IsolatedPortal } from "./isolated-portal";

const PORTAL = "3241";
const OTHERS = ["3242", "3243"];
const SMTP_PORT = 3244;

type MailServer = {
  folder: string;
  /** How it replies to the next messages. */
  reply: () => Promise<MailReply>;
  start(): Promise<void>;
  stop(): Promise<void>;
};

const test = base.extend<{ mailServer: MailServer }, { portal: IsolatedPortal }>({
  portal: [
    async ({}, use) => {
      const portal = await startIsolatedPortal(PORTAL, {
        SMTP_URL: `smtp://127.0.0.1:${SMTP_PORT}`,
        MAIL_FROM: "portal@example.com",
      });
      await use(portal);
      await portal.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  mailServer: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), "mail-"));
    let server: SmtpServer | null = null;
    const mailServer: MailServer = {
      folder,
      reply: async () => "accept",
      async start() {
        server ??= await startSmtpServer(SMTP_PORT, folder, { onData: () => mailServer.reply() });
      },
      async stop() {
        await server?.close();
        server = null;
      },
    };
    await mailServer.start();
    await use(mailServer);
    await mailServer.stop();
    rmSync(folder, { recursive: true, force: true });
  },
});

test.describe.configure({ mode: "default", timeout: 180_000 });
test.use({ baseURL: `http://localhost:${PORTAL}` });

const RESET = /^Choose a new password$/;

async function createCustomer(portal: IsolatedPortal, name = "robin"): Promise<string> {
  const email = `${name}-${crypto.randomUUID()}@example.com`;
  await portal.sql(
    `INSERT INTO "User" (email, "firstName", "lastName", "passwordHash", "emailConfirmedAt")
     SELECT $1, 'Robin', 'Tester', "passwordHash", now() FROM "User" WHERE email = 'john.wick@example.com'`,
    [email],
  );
  return email;
}

/** As a browser without JavaScript sends the form. */
async function requestReset(email: string, port = PORTAL): Promise<string> {
  const address = `http://localhost:${port}/forgot-password`;
  const page = await (await fetch(address)).text();
  const form = new FormData();
  for (const [, name, value] of page.matchAll(/<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g))
    form.set(name!, (value ?? "").replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
  form.set("email", email);
  const response = await fetch(address, { method: "POST", body: form });
  expect(response.status).toBe(200);
  return response.text();
}

const countQueued = async (portal: IsolatedPortal) =>
  Number((await portal.sql(`SELECT count(*) FROM "Mail"`))[0]!.count);

/** Lets the next attempt be due now, in place of waiting for it. Not what is being sent, whose lease is longer. */
const makeDue = (portal: IsolatedPortal) =>
  portal.sql(`UPDATE "Mail" SET "dueAt" = now() WHERE "dueAt" < now() + interval '30 seconds'`);

test("an email survives a mail server that is down", async ({ portal, mailServer }) => {
  const email = await createCustomer(portal);
  await mailServer.stop();
  expect(await requestReset(email)).toContain("If this address has an account");
  await expect.poll(() => portal.process.output()).toContain("email not sent yet");
  await mailServer.start();
  await waitForMail(email, RESET, mailServer.folder);
  await expect.poll(() => countQueued(portal)).toBe(0);
});

test("an email survives a server that is killed between its response and the email", async ({ portal, mailServer }) => {
  const email = await createCustomer(portal);
  let arrivals = 0;
  mailServer.reply = () => (arrivals++, new Promise(() => {}));
  await requestReset(email);
  await expect.poll(() => arrivals).toBe(1);
  await portal.process.stop("SIGKILL");
  await mailServer.stop();
  mailServer.reply = async () => "accept";
  await mailServer.start();
  await portal.restart();
  await portal.sql(`UPDATE "Mail" SET "dueAt" = now()`);
  await waitForMail(email, RESET, mailServer.folder);
  await expect.poll(() => countQueued(portal)).toBe(0);
  expect(readMails(email, mailServer.folder)).toHaveLength(1);
});

test("no request waits for a slow mail server, and the email is sent once", async ({ portal, mailServer }) => {
  const email = await createCustomer(portal);
  let accept = () => {};
  const isReleased = new Promise<void>((resolve) => (accept = resolve));
  mailServer.reply = async () => (await isReleased, "accept");
  await requestReset(email);
  expect(readMails(email, mailServer.folder)).toEqual([]);
  accept();
  await waitForMail(email, RESET, mailServer.folder);
  await expect.poll(() => countQueued(portal)).toBe(0);
  expect(readMails(email, mailServer.folder)).toHaveLength(1);
});

test("an email that a server takes minutes to accept stays with the instance that sends it", async ({
  portal,
  mailServer,
}) => {
  const email = await createCustomer(portal);
  let accept = () => {};
  const isReleased = new Promise<void>((resolve) => (accept = resolve));
  mailServer.reply = async () => (await isReleased, "accept");
  await requestReset(email);
  const readDueAt = async () =>
    Number((await portal.sql(`SELECT "dueAt" FROM "Mail" WHERE email = $1`, [email]))[0]!.dueAt);
  await expect.poll(async () => (await portal.sql(`SELECT 1 FROM "Mail" WHERE "attempts" = 1`)).length).toBe(1);
  const before = await readDueAt();
  await expect.poll(readDueAt, { timeout: 60_000 }).toBeGreaterThan(before);
  accept();
  await waitForMail(email, RESET, mailServer.folder);
  await expect.poll(() => countQueued(portal)).toBe(0);
  expect(readMails(email, mailServer.folder)).toHaveLength(1);
});

test("a link lives from the attempt that sends it, not from the first one", async ({ portal, mailServer }) => {
  const email = await createCustomer(portal);
  await mailServer.stop();
  await requestReset(email);
  const isWaiting = `SELECT 1 FROM "Mail" WHERE email = $1 AND "attempts" > 0 AND "dueAt" < now() + interval '30 seconds'`;
  await expect.poll(async () => (await portal.sql(isWaiting, [email])).length).toBe(1);
  await portal.sql(`UPDATE "EmailLink" SET "expiresAt" = now() - interval '1 hour' WHERE email = $1`, [email]);
  await mailServer.start();
  await makeDue(portal);
  await waitForMail(email, RESET, mailServer.folder);
  expect(
    await portal.sql(`SELECT "expiresAt" > now() AS "isAlive" FROM "EmailLink" WHERE email = $1`, [email]),
  ).toEqual([{ isAlive: true }]);
});

test("a queued email is withdrawn with the session that asked for it, and with its reserved link", async ({
  portal,
  mailServer,
}) => {
  const [email, other] = [await createCustomer(portal), `new-${crypto.randomUUID()}@example.com`];
  const occasion = `'at', now(), 'browser', 'Chrome', 'system', 'Linux', 'network', null`;
  await portal.sql(
    `INSERT INTO "Mail" (kind, email, data)
     SELECT 'change', $2, jsonb_build_object('userId', id, 'sessionId', gen_random_uuid()) FROM "User" WHERE email = $1
     UNION ALL
     SELECT 'email-changed', $1, jsonb_build_object('userId', id, 'canUndo', true, ${occasion}) FROM "User" WHERE email = $1`,
    [email, other],
  );
  await expect.poll(() => countQueued(portal)).toBe(0);
  for (const address of [email, other]) expect(readMails(address, mailServer.folder)).toEqual([]);
  expect(await portal.sql(`SELECT 1 FROM "EmailLink" WHERE email = ANY($1)`, [[email, other]])).toEqual([]);
});

test("a temporary refusal is tried again with the same Message-ID, a permanent one is given up, and neither delays others", async ({
  portal,
  mailServer,
}) => {
  const [email, other] = [await createCustomer(portal), await createCustomer(portal)];
  const rejected = await createCustomer(portal, "rejected");
  const replies: MailReply[] = [451, "drop-connection"];
  mailServer.reply = async () => replies.shift() ?? "accept";
  for (const address of [rejected, email, other]) await requestReset(address);
  await expect
    .poll(async () => {
      await makeDue(portal);
      return countQueued(portal);
    })
    .toBe(0);
  for (const address of [email, other]) {
    const mails = readMails(address, mailServer.folder);
    expect(mails).toHaveLength(1);
    expect(mails[0]!.headers["message-id"]).toMatch(/^<[0-9a-f-]{36}@example\.com>$/);
  }
  expect(readMails(rejected, mailServer.folder)).toEqual([]);
  expect(portal.process.output()).toContain("email given up");
  expect(portal.process.output()).not.toContain(rejected);
});

test("several instances share the work, and none sends an email twice", async ({ portal, mailServer }) => {
  for (const port of OTHERS) await portal.startAnother(port);
  const customers = await Promise.all(Array.from({ length: 20 }, () => createCustomer(portal)));
  await mailServer.stop();
  await Promise.all(customers.map((email, index) => requestReset(email, [PORTAL, ...OTHERS][index % 3])));
  await mailServer.start();
  await makeDue(portal);
  await expect.poll(() => countQueued(portal), { timeout: 90_000 }).toBe(0);
  for (const email of customers) expect(readMails(email, mailServer.folder)).toHaveLength(1);
});

test("an address without an account leaves the same row in the outbox, and gets the same response", async ({
  portal,
  mailServer,
}) => {
  const known = await createCustomer(portal);
  const unknown = `nobody-${crypto.randomUUID()}@example.com`;
  await mailServer.stop();
  const responses = [await requestReset(known), await requestReset(unknown)];
  const [first, second] = responses.map((text) =>
    text.match(/<main[\s\S]*<\/main>/)?.[0].replace(/value="[^"]*"/g, ""),
  );
  expect(first).toBe(second);
  await mailServer.start();
  await makeDue(portal);
  await waitForMail(known, RESET, mailServer.folder);
  await expect.poll(() => countQueued(portal)).toBe(0);
  expect(readMails(unknown, mailServer.folder)).toEqual([]);
});

test("an address gets at most five emails in half an hour that strangers can ask for", async ({
  portal,
  mailServer,
}) => {
  const email = await createCustomer(portal);
  for (let count = 0; count < 8; count++) expect(await requestReset(email)).toContain("If this address has an account");
  await expect.poll(() => countQueued(portal)).toBe(0);
  expect(readMails(email, mailServer.folder)).toHaveLength(5);
});
