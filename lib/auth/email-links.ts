import "server-only";
import { createHash, createHmac } from "node:crypto";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import type { EmailLinkPurpose, Prisma } from "@/prisma/generated/client";
import { encryptedCookie } from "./cookies";

export const LINK_PAGES = ["confirm-email", "reset-password", "undo-email-change"] as const;
export type LinkPage = (typeof LINK_PAGES)[number];

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

const PURPOSES: Record<EmailLinkPurpose, { page: LinkPage; lifetime: number }> = {
  registration: { page: "confirm-email", lifetime: DAY },
  confirmation: { page: "confirm-email", lifetime: DAY },
  change: { page: "confirm-email", lifetime: DAY },
  undo: { page: "undo-email-change", lifetime: 7 * DAY },
  reset: { page: "reset-password", lifetime: 30 * MINUTE },
};

// The cookie hides the secret from the address bar and from the page's scripts.
const linkCookie = (page: LinkPage) => encryptedCookie<{ secret: string }>(`portal.${page}`, 1800);

const hashSecret = (secret: string): string => createHash("sha256").update(secret).digest("hex");

type NewLink = Omit<Prisma.EmailLinkUncheckedCreateInput, "hash" | "expiresAt">;

// The same at each attempt to send the email, so that every copy has a link that works.
const toSecret = (mailId: string) => hmac(hmac(env().nextAuthSecret, "email link"), mailId).toString("base64url");

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

const withExpiry = (link: NewLink) => ({
  ...link,
  hash: hashSecret(toSecret(link.id)),
  expiresAt: new Date(Date.now() + PURPOSES[link.purpose].lifetime),
});

export function toUrl(page: LinkPage, id: string): string {
  return `${env().siteUrl}/email-link?${new URLSearchParams({ to: page, secret: toSecret(id) })}`;
}

/** Creates a link before its email is composed, so that deleting it cancels the email. */
export async function reserveLink(link: NewLink, tx: Prisma.TransactionClient): Promise<void> {
  await tx.emailLink.create({ data: withExpiry(link) });
}

export async function createLink(link: NewLink): Promise<string> {
  const data = withExpiry(link);
  await db().emailLink.upsert({ where: { id: link.id }, create: data, update: data });
  return toUrl(PURPOSES[link.purpose].page, link.id);
}

/** Stores a link's secret in a cookie of this browser, as if the link had been opened. */
export async function openLink(page: LinkPage, secret: string): Promise<void> {
  await linkCookie(page).write({ secret });
}

export async function openNewLink(link: NewLink, tx: Prisma.TransactionClient): Promise<void> {
  await reserveLink(link, tx);
  await openLink(PURPOSES[link.purpose].page, toSecret(link.id));
}

export const closeLink = (page: LinkPage) => linkCookie(page).clear();

export type EmailLink = NonNullable<Awaited<ReturnType<typeof readLink>>>;

/** The link that this browser has opened, or null. With `id`, only this one: another tab may have opened another. */
export async function readLink(page: LinkPage, id?: string) {
  const secret = (await linkCookie(page).read())?.secret;
  if (!secret) return null;
  const link = await db().emailLink.findUnique({
    where: { hash: hashSecret(secret), expiresAt: { gt: new Date() } },
    include: { user: { omit: { passwordHash: false } } },
  });
  if (!link || PURPOSES[link.purpose].page !== page || (id !== undefined && id !== link.id)) return null;
  const { purpose, user } = link;
  if (purpose === "registration") return link;
  if (!user || user.disabledAt) return null;
  if ((purpose === "reset" || purpose === "change") && link.passwordHash !== user.passwordHash) return null;
  if ((purpose === "reset" || purpose === "confirmation") && link.email !== user.email) return null;
  // Changed without a link, for example by the call centre.
  if (purpose === "undo" && (link.data as UndoData).newEmail !== user.email) return null;
  return link;
}

export type UndoData = { newEmail: string };

/** Only the first of concurrent requests gets true. The email is not sent again either. */
export async function consumeLink(tx: Prisma.TransactionClient, id: string): Promise<boolean> {
  await tx.mail.deleteMany({ where: { id } });
  return (await tx.emailLink.deleteMany({ where: { id } })).count > 0;
}
