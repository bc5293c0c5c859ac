import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readMailbox, splitAtLinks } from "./mailbox";

const SITE = "http://localhost:3000";

describe("readMailbox", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "mailbox-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, contents: string, minute = 0) => {
    const file = path.join(folder, name);
    writeFileSync(file, contents);
    utimesSync(file, minute * 60, minute * 60);
  };
  const writeMessage = (minute: number, changes: object = {}) => {
    const sentAt = new Date(minute * 60_000).toISOString();
    const message = { id: `m${minute}`, to: "robin@example.com", subject: "Hello", text: "Hi", html: "<p>Hi", sentAt };
    // Names in no particular order.
    write(`${(minute * 7919) % 1009}.json`, JSON.stringify({ ...message, ...changes }), minute);
  };

  it("returns the 50 newest messages, the newest first, without their HTML", async () => {
    for (let minute = 1; minute <= 60; minute++) writeMessage(minute);
    const messages = await readMailbox(folder);
    expect(messages.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, index) => `m${60 - index}`));
    expect(messages[0]).toEqual({
      id: "m60",
      to: "robin@example.com",
      subject: "Hello",
      text: "Hi",
      sentAt: new Date(3_600_000),
    });
  });

  it("leaves out what is too large, incomplete, not JSON or still being written", async () => {
    writeMessage(1);
    writeMessage(2, { text: "x".repeat(100_000) });
    writeMessage(3, { subject: undefined });
    writeMessage(4, { sentAt: "yesterday" });
    write("half.json", '{"id": "h');
    write("message.json.tmp", JSON.stringify({}));
    expect((await readMailbox(folder)).map(({ id }) => id)).toEqual(["m1"]);
  });

  it("is empty before the first message", async () => {
    expect(await readMailbox(path.join(folder, "missing"))).toEqual([]);
  });
});

describe("splitAtLinks", () => {
  const listLinks = (text: string, origin: string | null = SITE) => {
    const parts = splitAtLinks(text, origin);
    expect(parts.map((part) => part.text).join("")).toBe(text);
    return parts.filter(({ isLink }) => isLink).map((part) => part.text);
  };

  it("finds the links to this site, without the punctuation after them", () => {
    const link = `${SITE}/reset-password?token=a_B-3%20&x=1`;
    expect(listLinks(`Open ${link}\nor (${link}). Thanks!`)).toEqual([link, link]);
    expect(listLinks(`${link}`)).toEqual([link]);
  });

  it("ignores other sites, other schemes and invalid addresses", () => {
    for (const text of [
      "https://evil.example.com/",
      "http://localhost:3000.evil.example.com/",
      "http://localhost:3000@evil.example.com/",
      "https://localhost:3000/",
      "javascript:alert(1)//http://",
      "data:text/html,hello",
      "http://[",
      "",
    ])
      expect(listLinks(text), text).toEqual([]);
    expect(listLinks(`${SITE}/`, null)).toEqual([]);
  });
});
