import { afterEach, describe, expect, it, vi } from "vitest";

const base = {
  NODE_ENV: "production",
  DATABASE_URL: "postgresql://portal:hunter2@db.example.com:5432/portal",
  NEXTAUTH_SECRET: "a secret of more than enough characters",
  GLASSIX_API_KEY: "7cab072d-43d0-4e9d-bb25-2a947696fe8f",
  GLASSIX_API_SECRET: "the department's secret",
  GLASSIX_SNIPPET_ID: "dr548fbb5d61ec51869a",
  GLASSIX_SANDBOX: "",
  SMTP_URL: "smtp://mail.example.com",
  MAIL_FROM: "portal@example.com",
};

describe("starting the server", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  /** Returns the warnings, and the NEXTAUTH_URL that NextAuth reads afterwards. */
  async function start(changes: Record<string, string>) {
    vi.resetModules();
    for (const [name, value] of Object.entries({ ...base, VERCEL: "", PORT: "", ...changes })) vi.stubEnv(name, value);
    const warn = vi.spyOn(console, "warn").mockReset();
    (await import("./check-environment")).checkEnvironment();
    return { warnings: warn.mock.calls.map(([text]) => String(text)), nextAuthUrl: process.env.NEXTAUTH_URL };
  }

  it("exits when the environment is invalid", async () => {
    const exit = vi.spyOn(process, "exit").mockImplementation(() => {
      throw new Error("exit");
    });
    const error = vi.spyOn(console, "error").mockReset();
    await expect(start({ NEXTAUTH_SECRET: "short" })).rejects.toThrow("exit");
    expect(exit).toHaveBeenCalledWith(1);
    expect(error).toHaveBeenCalledWith(expect.stringContaining("NEXTAUTH_SECRET has 5 characters"));
  });

  it("normalizes NEXTAUTH_URL for NextAuth", async () => {
    const CLIENT_ADDRESS_HEADER = "x-real-ip";
    expect(await start({ NEXTAUTH_URL: " Https://Portal.example.com:443/ ", CLIENT_ADDRESS_HEADER })).toEqual({
      warnings: [],
      nextAuthUrl: "https://portal.example.com",
    });
  });

  it("warns in production about insecure cookies, about rate limits that ignore the client's address, and about missing email", async () => {
    const { warnings } = await start({ NEXTAUTH_URL: "http://portal.example.com", CLIENT_ADDRESS_HEADER: "" });
    expect(warnings).toEqual([
      expect.stringMatching(/^NEXTAUTH_URL is http:\/\/portal\.example\.com\. .*"Secure"/),
      expect.stringMatching(/^CLIENT_ADDRESS_HEADER is not set: .*Example: CLIENT_ADDRESS_HEADER=x-real-ip$/),
    ]);
    expect((await start({ NEXTAUTH_URL: "https://portal.example.com", SMTP_URL: "" })).warnings.at(-1)).toMatch(
      /^SMTP_URL is not set: .*nor reset their password/,
    );
    const local = { NEXTAUTH_URL: "http://localhost:3000" };
    expect((await start({ ...local, CLIENT_ADDRESS_HEADER: "x-real-ip" })).warnings).toEqual([]);
    expect((await start({ ...local, NODE_ENV: "development" })).warnings).toEqual([]);
  });

  it("falls back to localhost and PORT when NEXTAUTH_URL is not set", async () => {
    const { warnings, nextAuthUrl } = await start({ NEXTAUTH_URL: " ", PORT: " 3100 " });
    expect(nextAuthUrl).toBe("http://localhost:3100");
    expect(warnings[0]).toContain("NEXTAUTH_URL is not set: http://localhost is used");
  });
});
