import type { IdentityClaims } from "@/lib/glassix/identity/claims";

export const TYPING_TIME = 1500;

const INTRODUCTION = "I am the sandbox's automatic agent: no person reads this.";

type Topic = "human" | "phone" | "claim" | "policy" | "thanks" | "hello" | "other";

// The first that matches wins: "call me about my claim" is about calling.
const WORDS: [Topic, RegExp][] = [
  ["human", /\b(human|person|people|someone|somebody|agent)\b/i],
  ["phone", /\b(phone|call|ring|telephone)\b/i],
  ["claim", /\b(claims?|accident|damaged?)\b/i],
  ["policy", /\b(polic(y|ies)|cover(s|ed|age)?|insured)\b/i],
  ["thanks", /\b(thanks?|cheers)\b/i],
  ["hello", /^\W*(hi|hello|hey|good (morning|afternoon|evening))\b/i],
];

export function writeAnswer(text: string, identityClaims: IdentityClaims | null, isFirst: boolean): string {
  const topic = WORDS.find(([, pattern]) => pattern.test(text))?.[0] ?? "other";
  if (!identityClaims) return answerAnonymous(topic, isFirst);
  if (isFirst) {
    return [`${greet(identityClaims)}. ${INTRODUCTION}`, tellWhatIsKnown(identityClaims), ask(topic, identityClaims)]
      .filter(Boolean)
      .join("\n\n");
  }
  return answerIdentified(topic, identityClaims);
}

function answerAnonymous(topic: Topic, isFirst: boolean): string {
  if (isFirst) {
    return `Hello. ${INTRODUCTION} You are chatting anonymously, so I cannot see who you are or which policies you have. Sign in, and I can see both. What is your question about?`;
  }
  if (topic === "thanks") return "You are welcome.";
  return "You are still anonymous, so I cannot look anything up. Sign in, and I can see your policies and claims.";
}

function answerIdentified(topic: Topic, identityClaims: IdentityClaims): string {
  const { policies, openClaims } = identityClaims;
  const comma = identityClaims.field1 ? `, ${identityClaims.field1}` : "";
  switch (topic) {
    case "human":
      return `With Glassix, a person would read this now and see the same details as I do${comma}. In the sandbox there is only me, and I am automatic.`;
    case "phone":
      return `A person would call you at the number in your account${comma}. I am automatic and cannot. What would the call be about?`;
    case "claim":
      return openClaims
        ? `I see ${openClaims}. ${ask(topic, identityClaims)}`
        : `I don't see an open claim on your account${comma}. ${ask(topic, identityClaims)}`;
    case "policy":
      return policies
        ? `I see ${policies}. ${ask(topic, identityClaims)}`
        : `I don't see a policy on your account${comma}. Which one do you mean?`;
    case "thanks":
      return `You are welcome${comma}.`;
    case "hello":
      return `${greet(identityClaims)}. What can I help you with?`;
    case "other":
      return `I have noted that${comma}. I am automatic and know only a few words: try "claim", "policy" or "phone".`;
  }
}

function greet({ field1 }: IdentityClaims): string {
  return field1 ? `Hello ${field1}` : "Hello";
}

function tellWhatIsKnown({ field3: plan, policies, openClaims }: IdentityClaims): string {
  const facts = [
    plan && `Plan: ${plan}`,
    policies && `Policies: ${policies}`,
    openClaims && `Open claims: ${openClaims}`,
  ].filter(Boolean);
  return facts.length > 0 ? ["Your identity token says:", ...facts].join("\n") : "";
}

function ask(topic: Topic, { openClaims, policies }: IdentityClaims): string {
  if (topic === "claim")
    return openClaims ? "Which claim is this about, and what happened?" : "Would you like to file one?";
  if (topic === "policy" && policies) return "Which policy is this about?";
  return "What can I help you with?";
}
