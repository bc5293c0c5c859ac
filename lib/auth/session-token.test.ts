import fc from "fast-check";
import { EncryptJWT } from "jose";
import { decode, encode } from "next-auth/jwt";
import { describe, expect, it } from "vitest";
import { decodeSessionToken } from "./session-token";

const secret = "the secret of a test";
const token = { sub: "db79e775-81fd-4f2e-8741-9266e920cc32", version: 3, name: "Zoë 🙂" };
const make = (maxAge = 60) => encode({ token, secret, maxAge });
const open = (text: string, key = secret) => decodeSessionToken({ token: text, secret: key });

describe("NextAuth's session token", () => {
  it("is opened as NextAuth itself opens it", async () => {
    const text = await make();
    expect(await open(text)).toEqual(await decode({ token: text, secret }));
    expect(await decodeSessionToken({ secret })).toBeNull();
  });

  it("is refused when it has ended, with the same tolerance for clocks", async () => {
    await expect(open(await make(-14))).resolves.toMatchObject(token);
    await expect(open(await make(-16))).rejects.toThrow("ended");
  });

  it("is refused when it was made with another secret, and opens with the first again", async () => {
    const text = await make();
    await expect(open(text, "another secret of a test")).rejects.toThrow();
    await expect(open(text)).resolves.toMatchObject(token);
  });

  it("is refused when any part of it was changed, shortened or is missing", async () => {
    const text = await make();
    const parts = text.split(".");
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(0, 2, 3, 4), fc.nat(), fc.nat({ max: 254 }), async (part, at, by) => {
        const bytes = Buffer.from(parts[part]!, "base64url");
        bytes[at % bytes.length]! += by + 1;
        const changed = parts.with(part, bytes.toString("base64url")).join(".");
        await expect(open(changed)).rejects.toThrow();
      }),
    );
    const [header, key, iv, ciphertext, tag] = parts as [string, string, string, string, string];
    const short = (part: string, bytes: number) =>
      Buffer.from(part, "base64url").subarray(0, bytes).toString("base64url");
    for (const changed of [
      [header, key, iv, ciphertext, short(tag, 4)],
      [header, key, iv, ciphertext, short(tag, 15)],
      [header, key, iv, ciphertext, ""],
      [header, key, short(iv, 8), ciphertext, tag],
      [header, "AA", iv, ciphertext, tag],
      [header, key, iv, ciphertext],
      [header, key, iv, ciphertext, tag, tag],
      [header],
      ["{}"],
    ]) {
      await expect(open(changed.join("."))).rejects.toThrow();
    }
  });

  it("is refused in any other form of encryption", async () => {
    const key = crypto.getRandomValues(new Uint8Array(16));
    const jwt = new EncryptJWT({ sub: token.sub }).setProtectedHeader({ alg: "dir", enc: "A128GCM" });
    await expect(open(await jwt.setExpirationTime("1h").encrypt(key))).rejects.toThrow("no session token");
  });
});
