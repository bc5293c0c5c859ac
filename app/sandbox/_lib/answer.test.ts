import { describe, expect, it } from "vitest";
import { writeAnswer } from "./answer";

const john = {
  field1: "John",
  field3: "premium",
  policies: "HL-H-204817, HL-M-118204",
  openClaims: "C-1042 Burst pipe (in review)",
};

describe("the automatic agent", () => {
  it("greets an identified customer by name and tells what the token told", () => {
    const answer = writeAnswer("Is anybody there?", john, true);
    expect(answer).toMatch(/^Hello John\. I am the sandbox's automatic agent/);
    for (const known of ["premium", john.policies, john.openClaims]) expect(answer).toContain(known);
    expect(answer).toMatch(/\?$/);
  });

  it("tells nothing that the token did not tell", () => {
    const answer = writeAnswer("Hello", { field1: "Jane" }, true);
    expect(answer).toBe(
      "Hello Jane. I am the sandbox's automatic agent: no person reads this.\n\nWhat can I help you with?",
    );
    expect(writeAnswer("Hello", {}, true)).toMatch(/^Hello\. /);
  });

  it.each([
    ["What about my claim?", "C-1042 Burst pipe"],
    ["Am I covered in Spain?", "HL-H-204817"],
    ["Can you call me?", "the number in your account"],
    ["I want a human", "automatic"],
    ["thanks!", "You are welcome, John."],
    ["Hello again", "Hello John."],
    ["Qwerty", "I have noted that, John."],
  ])('answers "%s" to the point', (text, part) => {
    expect(writeAnswer(text, john, false)).toContain(part);
  });

  it("asks a customer without open insurance claims whether to file one", () => {
    expect(writeAnswer("a claim", { field1: "Jane" }, false)).toBe(
      "I don't see an open claim on your account, Jane. Would you like to file one?",
    );
  });

  it("tells an anonymous visitor to sign in, and never claims to know them", () => {
    for (const isFirst of [true, false]) {
      const answer = writeAnswer("What about my claim?", null, isFirst);
      expect(answer).toContain("anonymous");
      expect(answer).toContain("Sign in");
    }
  });
});
