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

async function createSecret(link: NewLink): Promise<string> {
  const secret = randomBytes(32).toString("base64url");
  const expiresAt = new Date(Date.now() + PURPOSES[link.purpose].lifetime);
  await db().emailLink.create({ data: { ...link, hash: hashSecret(secret), expiresAt } });
  return secret;
}

/** Returns the address for an email. It works once. */
export async function createLink(link: NewLink): Promise<string> {
  const query = new URLSearchParams({ to: PURPOSES[link.purpose].page, secret: await createSecret(link) });
  return `${env().siteUrl}/email-link?${query}`;
}

/** Stores a link's secret in a cookie of this browser, as if the link had been opened. */
export async function openLink(page: LinkPage, secret: string): Promise<void> {
  await linkCookie(page).write({ secret });
}

export async function openNewLink(link: NewLink): Promise<void> {
  await openLink(PURPOSES[link.purpose].page, await createSecret(link));
}

export const closeLink = (page: LinkPage) => linkCookie(page).clear();

export type EmailLink = NonNullable<Awaited<ReturnType<typeof readLink>>>;

/**
 * The link that this browser has opened. Null if it was used, has expired, or no longer fits the account.
 * @param hash the link that a form was rendered for: another one may have been opened in the meantime
 */
export async function readLink(page: LinkPage, hash?: string) {
  const secret = (await linkCookie(page).read())?.secret;
  if (!secret || (hash !== undefined && hash !== hashSecret(secret))) return null;
  const link = await db().emailLink.findUnique({
    where: { hash: hashSecret(secret), expiresAt: { gt: new Date() } },
    include: {
      user: { omit: { passwordHash: false } },
    },
  });
  if (!link || PURPOSES[link.purpose].page !== page) return null;
  const { purpose, user } = link;
  if (purpose === "registration") return link;
  if (!user || user.disabledAt) return null;
  if ((purpose === "reset" || purpose === "change") && link.passwordHash !== user.passwordHash) return null;
  if ((purpose === "reset" || purpose === "confirmation") && link.email !== user.email) return null;
  return link;
}

/** Only the first of concurrent requests gets true. */
export async function consumeLink(tx: Prisma.TransactionClient, hash: string): Promise<boolean> {
  return (await tx.emailLink.deleteMany({ where: { hash } })).count > 0;
}
