import type { IdentityClaims } from "@/lib/glassix/identity/claims";
import TEXTS from "./answer-texts.json";

export const TYPING_TIME = 1500;

type Texts = typeof TEXTS.en;
type Topic = keyof Texts["words"] | "other";

const LANGUAGES: Record<string, Texts | undefined> = TEXTS;

export function writeAnswer(
  text: string,
  identityClaims: IdentityClaims | null,
  isFirst: boolean,
  language = "en",
): string {
  const texts = LANGUAGES[language] ?? TEXTS.en;
  // The first that matches wins: "call me about my claim" is about calling.
  const topics = Object.entries(texts.words) as [Topic, string][];
  const topic = topics.find(([, pattern]) => new RegExp(pattern, "iu").test(text))?.[0] ?? "other";
  if (!identityClaims) {
    if (isFirst) return fill(texts.anonymousFirst, texts);
    return topic === "thanks" ? texts.anonymousThanks : texts.anonymous;
  }
  const { field1: name = "", field3: plan = "", policies = "", openClaims = "" } = identityClaims;
  const greeting = name ? fill(texts.greetingByName, { name }) : texts.greeting;
  const ask = askAbout(topic, identityClaims, texts);
  if (isFirst) {
    const facts = Object.entries({ plan, policies, openClaims })
      .filter(([, value]) => value !== "")
      .map(([fact, value]) => fill(texts[fact as "plan" | "policies" | "openClaims"], { [fact]: value }));
    const known = facts.length > 0 ? [[texts.known, ...facts].join("\n")] : [];
    return [`${greeting}. ${texts.introduction}`, ...known, ask].join("\n\n");
  }
  const comma = name && fill(texts.comma, { name });
  return fill(texts[findReply(topic, identityClaims)], { policies, openClaims, greeting, comma, ask });
}

function findReply(topic: Topic, { policies, openClaims }: IdentityClaims): Topic | "noClaim" | "noPolicy" {
  if (topic === "claim" && !openClaims) return "noClaim";
  return topic === "policy" && !policies ? "noPolicy" : topic;
}

function askAbout(topic: Topic, { openClaims, policies }: IdentityClaims, texts: Texts): string {
  if (topic === "claim") return openClaims ? texts.askClaim : texts.offerClaim;
  return topic === "policy" && policies ? texts.askPolicy : texts.askAnything;
}

const fill = (template: string, values: Partial<Record<string, unknown>>): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
