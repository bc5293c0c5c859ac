import { beforeEach, expect, it, vi } from "vitest";

type Options = Record<string, unknown>;
const { smtp, sent, options } = vi.hoisted(() => ({
  smtp: { url: "", from: "Portal <a@example.com>" },
  sent: [] as { html: string; text: string; from: unknown; messageId: string }[],
  options: [] as Options[],
}));
vi.mock("@/lib/env", () => ({
  env: () => ({ mail: { kind: "smtp", url: smtp.url, from: smtp.from } }),
}));
vi.mock("nodemailer", async (importOriginal) => {
  const { createTransport } = await importOriginal<typeof import("nodemailer")>();
  return {
    createTransport: (settings: string) => {
      const transport = createTransport(settings) as unknown as { transporter: { options: Options } };
      options.push(transport.transporter.options);
      return { sendMail: async (message: (typeof sent)[number]) => sent.push(message) };
    },
  };
});

beforeEach(() => {
  vi.resetModules();
  options.length = sent.length = 0;
});

async function send(url: string, paragraph = "Hello.") {
  smtp.url = url;
  const { sendMail } = await import("./mail");
  const link = { text: "Open", url: "https://portal.example.com/?a=1&b=2" };
  await sendMail("id", "jane@example.com", { language: "en", subject: "Hello", paragraphs: [paragraph], link });
}

it.each([
  ["smtp://mail.example.com:587", { requireTLS: true, socketTimeout: 600_000 }],
  ["smtp://mail.example.com:587?requireTLS=false", { requireTLS: false }],
  ["smtps://portal:p%40ss%3F@mail.example.com", { secure: true, auth: { user: "portal", pass: "p@ss?" } }],
  ["smtp://localhost:1025", { tls: { rejectUnauthorized: false } }],
])("sends through %s with %j", async (url, expected) => {
  await send(url);
  expect(options).toEqual([expect.objectContaining(expected)]);
});

it("escapes what it puts into HTML, and not what it puts into plain text", async () => {
  await send("smtp://localhost", `<img src=x> & "more"`);
  expect(sent[0]!.html).toContain("&lt;img src=x&gt; &amp; &quot;more&quot;");
  expect(sent[0]!.html).toContain('href="https://portal.example.com/?a=1&amp;b=2"');
  expect(sent[0]!.html).not.toContain("<img");
  expect(sent[0]!.text).toContain(`<img src=x> & "more"`);
  expect(sent[0]!.text).toContain("https://portal.example.com/?a=1&b=2");
});

it.each([
  [
    "Harbor, Inc. (UK): claims <portal@example.com>",
    { name: "Harbor, Inc. (UK): claims", address: "portal@example.com" },
  ],
  ['"Harborlight" <portal@example.com>', { name: "Harborlight", address: "portal@example.com" }],
  ["portal@example.com", { name: "", address: "portal@example.com" }],
])("sends as %s", async (from, expected) => {
  smtp.from = from;
  await send("smtp://localhost");
  expect(sent[0]).toMatchObject({ from: expected, messageId: "<id@example.com>" });
});
