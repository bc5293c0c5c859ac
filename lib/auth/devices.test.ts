import { expect, it, vi } from "vitest";
import { describeDevice } from "./devices";

const header = vi.hoisted(() => ({ userAgent: "", language: "en" }));
vi.mock("next/headers", () => ({
  headers: async () => new Headers({ "user-agent": header.userAgent }),
  cookies: async () => ({ get: () => ({ value: header.language }) }),
}));
vi.mock("@/lib/client-address", () => ({
  readClientAddress: async () => "203.0.113.7",
  toNetwork: (text: string) => text,
}));

it.each([
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Chrome on Linux",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
    "Safari on iPhone",
  ],
  ["", "A browser on an unknown system"],
  [
    "Mozilla/5.0 (iPhone Urgent your policy ends today call 0900 1234567 or visit evil com; U) Version/1 Safari",
    "Safari on iPhone",
  ],
])("names the device of %j without a stranger's text", async (userAgent, device) => {
  header.userAgent = userAgent;
  expect(await describeDevice()).toMatchObject({ device });
});

it.each([
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "דפדפן Firefox ב-Windows"],
  ["", "דפדפן לא מזוהה"],
])("names the device of %j in the visitor's language", async (userAgent, device) => {
  Object.assign(header, { userAgent, language: "he" });
  expect(await describeDevice()).toMatchObject({ device });
});
