import "server-only";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

let commonPasswords: Buffer | undefined;

export function isListed(folded: string): boolean {
  // A literal path: Next copies the file into standalone builds.
  commonPasswords ??= readFileSync(path.join(process.cwd(), "lib/auth/common-passwords.bin"));
  return isInFilter(commonPasswords, folded);
}

/** Without case, accents and Unicode forms. Takes quadratic time: check the length first. */
export const fold = (text: string): string =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "");

export const isInFilter = (filter: Buffer, text: string): boolean =>
  findBits(filter, text).every((bit) => (filter[bit >> 3]! >> (bit & 7)) & 1);

export function findBits(filter: Buffer, text: string): number[] {
  const hash = createHash("sha256").update(text).digest();
  return Array.from({ length: 10 }, (_, index) => hash.readUIntBE(3 * index, 3) % (8 * filter.length));
}
