import { expect, it, vi } from "vitest";
import { createTranslations } from "@/lib/i18n/messages";
import { readDevice } from "./devices";

const header = vi.hoisted(() => ({ userAgent: "" }));
vi.mock("next/headers", () => ({ headers: async () => new Headers({ "user-agent": header.userAgent }) }));
vi.mock("@/lib/client-address", () => ({
  readClientAddress: async () => "203.0.113.7",
  toNetwork: (text: string) => text,
}));

it.each([
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Chrome on Linux",
    "דפדפן Chrome ב-Linux",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
    "Safari on iPhone",
    "דפדפן Safari ב-iPhone",
  ],
  ["", "A browser on an unknown system", "דפדפן לא מזוהה"],
  [
    "Mozilla/5.0 (iPhone Urgent your policy ends today call 0900 1234567 or visit evil com; U) Version/1 Safari",
    "Safari on iPhone",
    "דפדפן Safari ב-iPhone",
  ],
])("names the device of %j in each language, without a stranger's text", async (userAgent, english, hebrew) => {
  header.userAgent = userAgent;
  const { browser, system } = await readDevice();
  expect(createTranslations("en", "sessions")("device", { browser, system })).toBe(english);
  expect(createTranslations("he", "sessions")("device", { browser, system })).toBe(hebrew);
});
