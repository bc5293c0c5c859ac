import "server-only";
import { hash, verify } from "@node-rs/argon2";

/**
 * Argon2id, OWASP's first choice, with the memory and the passes that RFC 9106 names where memory is scarce: 64 MiB,
 * gone through three times. In one lane, so that a guess takes one core and not four.
 */
const OPTIONS = { memoryCost: 65_536, timeCost: 3, parallelism: 1 };

// The hash of a password that nobody has: checking against it makes an unknown e-mail take as long as a known one.
const { memoryCost, timeCost, parallelism } = OPTIONS;
const DUMMY_HASH = `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${"A".repeat(22)}$${"A".repeat(43)}`;

/** Hashes a password. Salt and parameters stand in the result, so that they can be raised later. */
export const hashPassword = (password: string): Promise<string> => hash(normalize(password), OPTIONS);

/**
 * Whether `password` is the one that was hashed. Without a hash (no such user, or one without a
 * password) the answer is no, after the same work.
 *
 * @throws when the hash is another function's
 */
export async function verifyPassword(password: string, passwordHash: string | null | undefined): Promise<boolean> {
  if (passwordHash?.startsWith("$argon2") === false)
    throw new Error("A password's hash is not Argon2's. How to bring others: docs/decisions/passwords.md.");
  return (await verify(passwordHash ?? DUMMY_HASH, normalize(password))) && passwordHash != null;
}

/** The same password typed on two keyboards can differ in its code points: NFKC makes them one. */
const normalize = (password: string) => password.normalize("NFKC");
