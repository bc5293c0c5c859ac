import "server-only";
import { createHash, randomBytes } from "node:crypto";
import { audit } from "@/lib/audit";
import { db } from "@/lib/db";
import { createLimit } from "@/lib/rate-limit";
import type { Prisma } from "@/prisma/generated/client";
import { encryptedCookie } from "./cookies";
import { notify } from "./outbox";
import type { SessionUser } from "./session";
import type { VerifiedUser } from "./users";

export const PASSKEY_REQUIRED = "PasskeyRequired";

export class PasskeyRequiredError extends Error {
  override name = "PasskeyRequiredError";
  constructor() {
    super(PASSKEY_REQUIRED);
  }
}

/** Written after the right password where a passkey has to follow: a recovery code replaces only the passkey. */
export const passwordProof = encryptedCookie<{ userId: string; email: string; passwordHash: string }>(
  "portal.password-proof",
  600,
);

// Crockford's base32 has no I, L, O or U, which people misread.
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE = new RegExp(`^[${ALPHABET}]{24}$`);
const CODES = 8;

const attempts = createLimit("recovery", 10, 900);

/** 120 bits, so that a fast hash is enough: nobody can try them all. */
export const createCode = (): string => Array.from(randomBytes(24), (byte) => ALPHABET[byte % 32]).join("");

export const formatCode = (code: string): string => code.replace(/(.{4})(?=.)/g, "$1-");

export function normalizeCode(text: string): string | null {
  const code = text
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "")
    .replace(/O/g, "0")
    .replace(/[IL]/g, "1");
  return CODE.test(code) ? code : null;
}

const hashCode = (code: string) => createHash("sha256").update(code).digest("hex");

/** Makes these changes wait for each other. Null if the session has ended, also while this waited, or the account is disabled. */
export async function lockAccount(tx: Prisma.TransactionClient, user: SessionUser) {
  const [row] = await tx.$queryRaw<{ isPasskeyRequired: boolean; hasPassword: boolean }[]>`
    SELECT "isPasskeyRequired", "passwordHash" IS NOT NULL AS "hasPassword"
    FROM "User" u JOIN "Session" s ON s."userId" = u."id" AND s."id" = ${user.sessionId}::uuid
    WHERE u."id" = ${user.id}::uuid AND u."disabledAt" IS NULL FOR UPDATE OF u, s`;
  return row ?? null;
}

/** Also replaces the codes where a passkey is required already. Null if the account is not as the form showed it. */
export async function requirePasskey(user: SessionUser, isRequired: boolean): Promise<string[] | null> {
  const codes = Array.from({ length: CODES }, createCode);
  const isDone = await db().$transaction(async (tx) => {
    const row = await lockAccount(tx, user);
    if (!row?.hasPassword || row.isPasskeyRequired !== isRequired) return false;
    if ((await tx.passkey.count({ where: { userId: user.id } })) === 0) return false;
    await tx.user.update({ where: { id: user.id }, data: { isPasskeyRequired: true }, select: { id: true } });
    if (!isRequired) await tx.session.deleteMany({ where: { userId: user.id, id: { not: user.sessionId } } });
    await tx.recoveryCode.deleteMany({ where: { userId: user.id } });
    await tx.recoveryCode.createMany({ data: codes.map((code) => ({ hash: hashCode(code), userId: user.id })) });
    return true;
  });
  if (!isDone) return null;
  await audit(isRequired ? "recovery-codes" : "passkey-required", "success", user, { isRequired: true });
  await notify(user, isRequired ? "recovery-codes" : "passkey-required");
  return codes.map(formatCode);
}

export async function makePasskeyOptional(user: { id: string }, tx: Prisma.TransactionClient): Promise<void> {
  await tx.user.update({ where: { id: user.id }, data: { isPasskeyRequired: false }, select: { id: true } });
  await tx.recoveryCode.deleteMany({ where: { userId: user.id } });
}

export async function stopRequiringPasskey(user: SessionUser): Promise<boolean> {
  const isDone = await db().$transaction(async (tx) => {
    if (!(await lockAccount(tx, user))?.isPasskeyRequired) return false;
    await makePasskeyOptional(user, tx);
    return true;
  });
  if (!isDone) return false;
  await audit("passkey-required", "success", user, { isRequired: false });
  await notify(user, "passkey-optional");
  return true;
}

export async function redeemRecoveryCode(
  text: string,
): Promise<VerifiedUser | "expired" | "wrong-code" | { locked: number }> {
  const proof = await passwordProof.read();
  if (!proof) return "expired";
  const locked = await attempts.count(proof.userId);
  if (locked > 0) return { locked };
  const code = normalizeCode(text);
  const [user] = code
    ? await db().$queryRaw<VerifiedUser[]>`
        DELETE FROM "RecoveryCode" r USING "User" u
        WHERE r."hash" = ${hashCode(code)} AND r."userId" = ${proof.userId}::uuid AND u."id" = r."userId"
          AND u."passwordHash" = ${proof.passwordHash} AND u."disabledAt" IS NULL
        RETURNING u."id", u."email", u."passwordHash", u."isPasskeyRequired"`
    : [];
  if (!user) return "wrong-code";
  await attempts.reset(proof.userId);
  return user;
}
