import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_MESSAGE_LENGTH, messageSchema, parseBody } from "./request-body";
import { RequestError } from "./request-error";

const clientId = "0f4c2c4e-6a3e-4d0e-9a41-0d8f0f1c2b3a";
const read = (text: unknown, source?: unknown) => parseBody(messageSchema, { clientId, text, source });

describe("a customer's message", () => {
  it("is trimmed, and otherwise unchanged", () => {
    expect(read("  My cellar\n\tis wet 👩‍👩‍👧 שלום  ").text).toBe("My cellar\n\tis wet 👩‍👩‍👧 שלום");
  });

  it("loses control characters, and has its line endings normalized", () => {
    expect(read("a\u0000b\u0007c\u007fd\u0085e").text).toBe("abcde");
    expect(read("one\r\ntwo\rthree").text).toBe("one\ntwo\nthree");
  });

  it("may have 2000 characters, counting an emoji as one", () => {
    expect(read("😀".repeat(MAX_MESSAGE_LENGTH)).text).toHaveLength(2 * MAX_MESSAGE_LENGTH);
    expect(() => read("x".repeat(MAX_MESSAGE_LENGTH + 1))).toThrow("2001 characters; the limit is 2000");
  });

  it.each([
    ["only blanks", { clientId, text: " \n\u0000" }, "text-invalid"],
    ["a number as text", { clientId, text: 5 }, "text-invalid"],
    ["no client id", { text: "hello" }, "client-id-invalid"],
    ["a client id that is not a UUID", { clientId: "1", text: "hello" }, "client-id-invalid"],
    ["null", null, "body-invalid"],
    ["a string", "hello", "body-invalid"],
    ["a source that is not an object", { clientId, text: "hello", source: 5 }, "source-invalid"],
  ])("is refused with %s", (_, body, code) => {
    expect(() => parseBody(messageSchema, body)).toThrow(
      expect.objectContaining({ name: "RequestError", status: 400, code }),
    );
  });

  it("can always be stored once it is parsed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (written) => {
        let text: string;
        try {
          ({ text } = read(written));
        } catch (error) {
          expect(error).toBeInstanceOf(RequestError);
          return;
        }
        expect(text.isWellFormed()).toBe(true);
        expect(text).not.toContain("\u0000");
        expect([...text].length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("the page that a message comes from", () => {
  it("is kept when it is a web address", () => {
    const source = { title: "Your policies", uri: "https://portal.example.com/portal?tab=1" };
    expect(read("hello", source).source).toEqual(source);
  });

  it.each([
    ["a script", "javascript:alert(1)"],
    ["data", "data:text/html,x"],
    ["a path", "/portal"],
    ["an incomplete address", "https://"],
    ["very long", `https://a.example/${"x".repeat(500)}`],
    ["a number", 7],
  ])("is left out when it is %s", (_, uri) => {
    expect(read("hello", { title: "", uri }).source.uri).toBe("");
  });

  it("has its title shortened to one line", () => {
    expect(read("hello", { title: `Policies\n\u0000${"x".repeat(300)}` }).source.title).toBe(
      `Policies ${"x".repeat(191)}`,
    );
    expect(read("hello").source).toEqual({ title: "", uri: "" });
  });
});
