import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "@playwright/test";
import { TEST_MAIL_FOLDER } from "./servers";
import type { Mail } from "./smtp-server";

/** The messages to this address so far, the oldest first. */
export function readMails(address: string, folder = TEST_MAIL_FOLDER): Mail[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name): Mail => JSON.parse(readFileSync(path.join(folder, name), "utf8")))
    .filter(({ to }) => to.some((recipient) => recipient.toLowerCase() === address.toLowerCase()));
}

/** Waits for a message to this address. Returns the newest, with the first link of its text, or "" for none. */
export async function waitForMail(address: string, subject: RegExp, folder?: string): Promise<Mail & { link: string }> {
  const find = () => readMails(address, folder).findLast((mail) => subject.test(mail.subject));
  await expect.poll(find, `${address} gets a message whose subject matches ${subject}`).toBeDefined();
  const mail = find()!;
  return { ...mail, link: /https?:\/\/[^\s<>"]+/.exec(mail.text)?.[0] ?? "" };
}
