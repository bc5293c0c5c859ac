import { describe, expect, it } from "vitest";
import { toConnectionString } from "./connection-string";

describe("A connection string", () => {
  it.each(["prefer", "require", "verify-ca", "verify-full"])("with sslmode=%s asks for the right server", (mode) => {
    expect(toConnectionString(`postgresql://a:b@c/d?x=1&sslmode=${mode}&y=2`)).toBe(
      "postgresql://a:b@c/d?x=1&sslmode=verify-full&y=2",
    );
  });

  it.each(["?sslmode=disable", "?sslmode=no-verify", "?uselibpqcompat=true&sslmode=require", ""])(
    "keeps what it says otherwise: %s",
    (options) => {
      expect(toConnectionString(`postgresql://a:sslmode=require@c/d${options}`)).toBe(
        `postgresql://a:sslmode=require@c/d${options}`,
      );
    },
  );
});
