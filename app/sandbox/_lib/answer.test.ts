import { describe, expect, it } from "vitest";
import { writeAnswer } from "./answer";

const john = {
  field1: "John",
  field3: "premium",
  policies: "HL-H-204817, HL-M-118204",
  openClaims: "C-1042 Burst pipe (in review)",
};

describe("the automatic agent", () => {
  it("greets an identified customer by name and repeats the token's claims", () => {
    const answer = writeAnswer("Is anybody there?", john, true);
    expect(answer).toMatch(/^Hello John\. I am the sandbox's automatic agent/);
    for (const known of ["premium", john.policies, john.openClaims]) expect(answer).toContain(known);
    expect(answer).toMatch(/\?$/);
  });

  it("says nothing that is not in the token", () => {
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
  ])('replies to the content of "%s"', (text, part) => {
    expect(writeAnswer(text, john, false)).toContain(part);
  });

  it.each([
    ["מה קורה עם התביעה שלי?", "C-1042 Burst pipe"],
    ["האם אני מכוסה בספרד?", "HL-H-204817"],
    ["אפשר להתקשר אליי?", "למספר הטלפון שבחשבון"],
    ["תודה!", "בשמחה, \u2068John\u2069."],
    ["שלום לכם", "שלום \u2068John\u2069."],
    ["היום", "רשמנו"],
    ["claim", "רשמנו"],
  ])('replies in Hebrew to "%s"', (text, part) => {
    expect(writeAnswer(text, john, false, "he")).toContain(part);
  });

  it("isolates the token's claims in Hebrew, so that they keep their order", () => {
    const answer = writeAnswer("מישהו כאן?", john, true, "he");
    for (const known of ["John", "premium", john.policies, john.openClaims])
      expect(answer).toContain(`\u2068${known}\u2069`);
    expect(answer).not.toMatch(/[{}]/);
  });

  it("replies in English in an unknown language", () => {
    expect(writeAnswer("thanks!", john, false, "fr")).toBe("You are welcome, John.");
  });

  it("offers to file an insurance claim to a customer without open ones", () => {
    expect(writeAnswer("a claim", { field1: "Jane" }, false)).toBe(
      "I don't see an open claim on your account, Jane. Would you like to file one?",
    );
  });

  it("suggests that an anonymous visitor signs in, and never claims to know them", () => {
    for (const isFirst of [true, false]) {
      const answer = writeAnswer("What about my claim?", null, isFirst);
      expect(answer).toContain("anonymous");
      expect(answer).toContain("Sign in");
    }
  });
});
