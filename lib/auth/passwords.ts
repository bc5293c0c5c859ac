import "server-only";
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

// OWASP's first choice for scrypt: 128 MiB and about 0.4 s for each guess.
const LOG2_N = 17;
const R = 8;
const P = 1;
const KEY_BYTES = 32;

// The hash of a password that nobody has: checking against it makes an unknown e-mail take as long as a known one.
const DUMMY_HASH = "scrypt$17$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/** Hashes a password. The parameters stand in the result, so that they can be raised later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await deriveKey(password, salt, LOG2_N, R, P);
  return ["scrypt", LOG2_N, R, P, salt.toString("base64"), key.toString("base64")].join("$");
}

/**
 * Whether `password` is the one that was hashed. Without a hash (no such user, or one without a
 * password) the answer is no, after the same work.
 */
export async function verifyPassword(password: string, hash: string | null | undefined): Promise<boolean> {
  const [, log2N, r, p, salt = "", expected = ""] = (hash ?? DUMMY_HASH).split("$");
  const key = await deriveKey(password, Buffer.from(salt, "base64"), Number(log2N), Number(r), Number(p));
  return timingSafeEqual(key, Buffer.from(expected, "base64")) && hash != null;
}

function deriveKey(password: string, salt: Buffer, log2N: number, r: number, p: number): Promise<Buffer> {
  const N = 2 ** log2N;
  return new Promise((resolve, reject) => {
    // The same password typed on two keyboards can differ in its code points: NFKC makes them one.
    scrypt(password.normalize("NFKC"), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
