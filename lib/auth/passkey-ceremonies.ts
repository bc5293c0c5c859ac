import "server-only";
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import { z } from "zod";
import { audit } from "@/lib/audit";
import { brand } from "@/lib/brand";
import { readClientAddress } from "@/lib/client-address";
import { db } from "@/lib/db";
import { log } from "@/lib/log";
import { getTranslations } from "@/lib/i18n/request";
import { createLimit } from "@/lib/rate-limit";
import { encryptedCookie } from "./cookies";
import { readDevice } from "./devices";
import { notify } from "./outbox";
import { findRelyingParty } from "./passkeys";
import { lockAccount } from "./recovery-codes";
import type { SessionUser } from "./session";
import { isTaken, type VerifiedUser } from "./users";

export const PURPOSES = ["sign-in", "reauthentication", "registration"] as const;
export type Purpose = (typeof PURPOSES)[number];

type Refusal = "expired" | "replayed" | "unknown" | "unverified" | "counter" | "disabled" | "too-many";
export type PasskeyProblem = Refusal | { locked: number };

const LIFETIME = 600_000;
const MAX_RESPONSE = 16_384;
const MAX_PASSKEYS = 20;
const MAX_CHALLENGES = 5;

type Challenge = { value: string; purpose: Purpose; sessionId: string | null; expiresAt: number };
const challengeCookie = encryptedCookie<{ issued: Challenge[] }>("portal.passkey-challenge", LIFETIME / 1_000);
const challengeUses = createLimit("passkey-challenge", 1, 900);
const attemptsPerAddress = createLimit("passkey-from", 100, 900);

// Loaded at the first use: it takes a third of a second.
const loadLibrary = () => import("@simplewebauthn/server");

/** @param user null for `sign-in`, where the passkey says who it is */
export async function createPasskeyOptions(purpose: Purpose, user: SessionUser | null) {
  const { id: rpID } = findRelyingParty()!;
  const { generateAuthenticationOptions, generateRegistrationOptions } = await loadLibrary();
  const passkeys = user
    ? await db().passkey.findMany({ where: { userId: user.id }, select: { id: true, transports: true } })
    : [];
  const options =
    user && purpose === "registration"
      ? await generateRegistrationOptions({
          rpID,
          rpName: brand.name,
          userID: Uint8Array.from(Buffer.from(user.id.replaceAll("-", ""), "hex")),
          userName: user.email,
          userDisplayName: `${user.firstName} ${user.lastName}`,
          attestationType: "none",
          excludeCredentials: passkeys,
          authenticatorSelection: { residentKey: "required", userVerification: "required" },
          timeout: LIFETIME,
        })
      : await generateAuthenticationOptions({
          rpID,
          allowCredentials: passkeys,
          userVerification: "required",
          timeout: LIFETIME,
        });
  const { issued = [] } = (await challengeCookie.read()) ?? {};
  const sessionId = user?.sessionId ?? null;
  const challenge = { value: options.challenge, purpose, sessionId, expiresAt: Date.now() + LIFETIME };
  await challengeCookie.write({ issued: [challenge, ...issued].slice(0, MAX_CHALLENGES) });
  return options;
}

export async function addPasskey(user: SessionUser, json: unknown): Promise<{ name: string } | PasskeyProblem> {
  const response = parseResponse<RegistrationResponseJSON>(json);
  const challenges = await readChallenges("registration", user);
  if (!response || challenges.length === 0) return "expired";
  const { verifyRegistrationResponse } = await loadLibrary();
  const result = await verifyOnce(challenges, (expected) => verifyRegistrationResponse({ ...expected, response }));
  if (typeof result === "string") return result;
  const { credential, credentialBackedUp: isBackedUp } = result.registrationInfo!;
  const { id, publicKey, counter } = credential;
  const transports = z.array(z.string().max(20)).max(10).catch([]).parse(credential.transports);
  const { browser, system } = await readDevice();
  const name = (await getTranslations("sessions"))("device", { browser, system });
  const data = { id, userId: user.id, name, publicKey, counter, transports, isBackedUp };
  const problem = await db()
    .$transaction(async (tx) => {
      // Without a password, the identity provider decides who may sign in.
      if (!(await lockAccount(tx, user))?.hasPassword) return "expired";
      if ((await tx.passkey.count({ where: { userId: user.id } })) >= MAX_PASSKEYS) return "too-many";
      await tx.passkey.create({ data });
    })
    .catch((error: unknown) => {
      if (!isTaken(error)) throw error;
      return "unverified" as const;
    });
  if (problem) return problem;
  await audit("passkey-added", "success", user, { isBackedUp });
  await notify(user, "passkey-added");
  return { name };
}

/** @param user the signed-in customer, who proves again who they are; null for a sign-in */
export async function verifyPasskey(user: SessionUser | null, json: unknown): Promise<VerifiedUser | PasskeyProblem> {
  const response = parseResponse<AuthenticationResponseJSON>(json);
  const challenges = await readChallenges(user ? "reauthentication" : "sign-in", user);
  if (!response || challenges.length === 0) return "expired";
  const address = await readClientAddress();
  const locked = address ? await attemptsPerAddress.count(address) : 0;
  if (locked > 0) return { locked };
  const passkey = await db().passkey.findUnique({
    where: { id: response.id },
    include: { user: { select: { id: true, email: true, disabledAt: true, isPasskeyRequired: true } } },
  });
  if (!passkey || (user && user.id !== passkey.userId)) return "unknown";
  const { id, publicKey, user: owner } = passkey;
  const { verifyAuthenticationResponse } = await loadLibrary();
  // The counter is compared below: the library's error has no code, and two requests at once would both pass.
  const credential = { id, publicKey, counter: 0 };
  const result = await verifyOnce(challenges, (expected) =>
    verifyAuthenticationResponse({ ...expected, response, credential }),
  );
  if (typeof result === "string") return result;
  if (owner.disabledAt) return "disabled";
  const { newCounter: counter, credentialBackedUp: isBackedUp } = result.authenticationInfo;
  const { count } = await db().passkey.updateMany({
    where: { id, counter: counter > 0 ? { lt: counter } : 0 },
    data: { counter, isBackedUp, lastUsedAt: new Date() },
  });
  if (count === 0) return "counter";
  if (address) await attemptsPerAddress.refund(address);
  return {
    id: owner.id,
    email: owner.email,
    passwordHash: null,
    passkeyId: id,
    isPasskeyRequired: owner.isPasskeyRequired,
  };
}

const responseSchema = z.looseObject({ id: z.string().regex(/^[\w-]{1,1400}$/), response: z.looseObject({}) });

function parseResponse<Response>(json: unknown): Response | null {
  if (typeof json !== "string" || json.length > MAX_RESPONSE) return null;
  try {
    return responseSchema.parse(JSON.parse(json)) as Response;
  } catch {
    return null;
  }
}

async function readChallenges(purpose: Purpose, user: SessionUser | null): Promise<string[]> {
  const { issued = [] } = (await challengeCookie.read()) ?? {};
  const sessionId = user?.sessionId ?? null;
  return issued
    .filter((each) => each.purpose === purpose && each.sessionId === sessionId && each.expiresAt > Date.now())
    .map(({ value }) => value);
}

type Expected = {
  expectedChallenge: (challenge: string) => boolean;
  expectedOrigin: string;
  expectedRPID: string;
  requireUserVerification: true;
};

/** Runs the library's verification, which throws whatever is wrong, and uses up the challenge. */
async function verifyOnce<Result extends { verified: boolean }>(
  challenges: string[],
  verify: (expected: Expected) => Promise<Result>,
): Promise<Result | Refusal> {
  const { id: expectedRPID, origin: expectedOrigin } = findRelyingParty()!;
  let challenge: string | undefined;
  const expectedChallenge = (value: string) => {
    challenge = challenges.find((each) => each === value);
    return challenge !== undefined;
  };
  const expected = { expectedChallenge, expectedOrigin, expectedRPID, requireUserVerification: true } as const;
  const result = await verify(expected).catch((error: unknown) => {
    log.warn({ reason: String(error).slice(0, 300) }, "passkey refused");
    return null;
  });
  if (!challenge) return "expired";
  if (!result?.verified) return "unverified";
  return (await challengeUses.count(challenge)) > 0 ? "replayed" : result;
}
