import "server-only";
import { brand } from "@/lib/brand";
import { fold, isListed } from "./common-passwords";

const MAX_OWNER_LENGTH = 254;

type Owner = { firstName?: string; lastName?: string; email?: string };

/** Each is a message of a form. */
type PasswordProblem = "commonPassword" | "companyNamePassword" | "ownNamePassword";

export function findPasswordProblem(password: string, owner: Owner = {}): PasswordProblem | null {
  const text = fold(password);
  const readings = findReadings(text);
  if (new Set(text).size <= 3 || readings.some(isPredictable)) return "commonPassword";

  const brandWords = toWords(brand.name, brand.shortName);
  if (readings.some((reading) => consistsOf(reading, brandWords))) return "companyNamePassword";

  const clean = (value = "") => fold(value.slice(0, MAX_OWNER_LENGTH)).trim();
  const [first, last, email] = [clean(owner.firstName), clean(owner.lastName), clean(owner.email)];
  const localPart = email.split("@")[0];
  const words = toWords(first, last, first + last, last + first, email, brand.name);
  if (
    (email && text.includes(email)) ||
    readings.some((reading) => reading === localPart || consistsOf(reading, words))
  )
    return "ownNamePassword";
  return null;
}

const TRIMMED = [/^.*/su, /[\p{L}\p{N}].*[\p{L}\p{N}]/su, /^.*\p{L}/su, /\p{L}.*\p{L}/su];
const SUBSTITUTES: Record<string, string> = { "@": "a", 4: "a", 0: "o", 3: "e", $: "s", 5: "s", 7: "t" };

// What is left of a random password may be three letters, or four digits.
const LONG_ENOUGH = /^\p{L}{4}|^.{6}/su;

function findReadings(text: string): string[] {
  const half = text.slice(0, text.length / 2);
  const once = half + half === text ? half : text;
  const trimmed = TRIMMED.map((pattern) => pattern.exec(once)?.[0] ?? "").filter((core) => LONG_ENOUGH.test(core));
  const undo = (reading: string, one: string) => reading.replace(/[@40135$7]/g, (sign) => SUBSTITUTES[sign] ?? one);
  return [...new Set([text, ...trimmed.flatMap((reading) => [reading, undo(reading, "i"), undo(reading, "l")])])];
}

const isPredictable = (reading: string) => isListed(reading) || isRepetition(reading) || isSequence(reading);

const isRepetition = (text: string) =>
  [1, 2, 3, 4, 5, 6, 7, 8, 9].some((size) => 2 * size <= text.length + 1 && text.startsWith(text.slice(size)));

const isSequence = (text: string) =>
  new Set(Array.from({ length: text.length - 1 }, (_, i) => text.charCodeAt(i + 1) - text.charCodeAt(i))).size === 1;

const toLetters = (text: string) => text.replace(/\P{L}+/gu, "");

const toWords = (...texts: string[]) =>
  texts
    .map(fold)
    .flatMap((text) => [text, ...text.split(/\P{L}+/u)])
    .map(toLetters)
    .filter((word) => word.length >= 2)
    .sort((one, other) => other.length - one.length);

function consistsOf(reading: string, words: string[]): boolean {
  const letters = toLetters(reading);
  return letters !== "" && words.reduce((rest, word) => rest.replaceAll(word, " "), letters).trim() === "";
}
