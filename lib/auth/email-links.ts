import "server-only";
import { createHash, randomBytes } from "node:crypto";
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

// The cookie keeps the secret out of the address bar, and of what the page's scripts can read.
const linkCookie = (page: LinkPage) => encryptedCookie<{ secret: string }>(`portal.${page}`, 1800);

const hashSecret = (secret: string): string => createHash("sha256").update(secret).digest("hex");

type NewLink = Omit<Prisma.EmailLinkUncheckedCreateInput, "hash" | "expiresAt">;

const withExpiry = (link: NewLink) => ({
  ...link,
  expiresAt: new Date(Date.now() + PURPOSES[link.purpose].lifetime),
});

/** A link that the email of the same id will contain. Deleting it in the meantime cancels it. */
export async function reserveLink(link: NewLink, tx: Prisma.TransactionClient): Promise<void> {
  await tx.emailLink.create({ data: withExpiry(link) });
}

const createSecret = () => randomBytes(32).toString("base64url");

const toUrl = (page: LinkPage, secret: string) =>
  `${env().siteUrl}/email-link?${new URLSearchParams({ to: page, secret })}`;

/** Returns the address for an email. It works once, and replaces that of an earlier attempt to send the email. */
export async function createLink(link: NewLink): Promise<string> {
  const secret = createSecret();
  const data = { ...withExpiry(link), hash: hashSecret(secret) };
  await db().emailLink.upsert({ where: { id: link.id }, create: data, update: data });
  return toUrl(PURPOSES[link.purpose].page, secret);
}

export async function createReservedLink(id: string, page: LinkPage): Promise<string | null> {
  const secret = createSecret();
  const { count } = await db().emailLink.updateMany({ where: { id }, data: { hash: hashSecret(secret) } });
  return count > 0 ? toUrl(page, secret) : null;
}

/** Stores a link's secret in a cookie of this browser, as if the link had been opened. */
export async function openLink(page: LinkPage, secret: string): Promise<void> {
  await linkCookie(page).write({ secret });
}

export async function openNewLink(link: NewLink): Promise<void> {
  const secret = createSecret();
  await db().emailLink.create({ data: { ...withExpiry(link), hash: hashSecret(secret) } });
  await openLink(PURPOSES[link.purpose].page, secret);
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
  return link;
}

/** Only the first of concurrent requests gets true. */
export async function consumeLink(tx: Prisma.TransactionClient, id: string): Promise<boolean> {
  return (await tx.emailLink.deleteMany({ where: { id } })).count > 0;
}
