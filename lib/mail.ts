import "server-only";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { createTransport, type Transporter } from "nodemailer";
import { brand } from "@/lib/brand";
import { env } from "@/lib/env";
import { isLocalHost } from "@/lib/env-checks";
import { LANGUAGES, type Language } from "@/lib/i18n/languages";
import { createTranslations } from "@/lib/i18n/messages";
import { log } from "@/lib/log";

export type Message = {
  language: Language;
  subject: string;
  paragraphs: string[];
  link?: { text: string; url: string };
};

// Where development without SMTP_URL keeps messages, for app/sandbox/mailbox.
const MAIL_FOLDER = ".data/mail";

// A server may take minutes to accept a message (RFC 5321, 4.5.3.2.6): giving up earlier would send it twice.
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, dnsTimeout: 10_000, socketTimeout: 600_000 };

/** Nodemailer takes options beside an address from its query only. Those that are in SMTP_URL win. */
function withDefaults(url: string): string {
  const address = new URL(url);
  // A server on this machine has a self-signed certificate, if any.
  const security = isLocalHost(address.hostname) ? { "tls.rejectUnauthorized": false } : { requireTLS: true };
  for (const [name, value] of Object.entries({ ...TIMEOUTS, ...security }))
    if (!address.searchParams.has(name)) address.searchParams.set(name, String(value));
  return address.href;
}

let transport: Transporter | undefined;
const getTransport = (url: string) => (transport ??= createTransport(withDefaults(url)));

/** Connects and signs in to the mail server. @throws nodemailer's error. */
export const verifyMailServer = (url: string) => getTransport(url).verify();

/** @throws nodemailer's error. A `responseCode` of 500 or more is permanent. */
export async function sendMail(id: string, to: string, message: Message): Promise<void> {
  const { mail } = env();
  if (!mail) throw new Error("SMTP_URL is not set.");
  const { subject } = message;
  const text = renderText(message);
  const html = renderHtml(message);
  if (mail.kind === "folder") {
    const file = path.join(MAIL_FOLDER, `${new Date().toISOString().replaceAll(":", "-")}-${id}.json`);
    const contents = { id, to, subject, text, html, sentAt: new Date() };
    await mkdir(MAIL_FOLDER, { recursive: true });
    await writeFile(file, JSON.stringify(contents, null, 2));
    log.info({ subject, file, link: message.link?.url }, "message kept");
    return;
  }
  const { from, url } = mail;
  const [, name = "", address = from] = /^"?(.+?)"? <(.+)>$/.exec(from) ?? [];
  const headers = { "Auto-Submitted": "auto-generated" };
  // Objects, because strings are parsed as lists. The Message-ID is the same at each attempt.
  await getTransport(url).sendMail({
    from: { name, address },
    to: { name: "", address: to },
    subject,
    text,
    html,
    headers,
    messageId: `<${id}@${address.split("@")[1]}>`,
  });
}

function renderText({ language, paragraphs, link }: Message): string {
  const t = createTranslations(language, "company");
  const footer = `${brand.name}\n${t("address")}\n${brand.phone.text}, ${t("hours")}`;
  return [...paragraphs, ...(link ? [`${link.text}:\n${link.url}`] : []), `-- \n${footer}`].join("\n\n");
}

const COLORS = { ink: "#12282f", quiet: "#56696f", paper: brand.themeColor.light, lamp: "#e0a33b", line: "#e3dfd8" };

function renderHtml({ language, subject, paragraphs, link }: Message): string {
  const t = createTranslations(language, "company");
  const body = paragraphs.map((text) => `<p style="margin:0 0 16px">${escapeHtml(text)}</p>`).join("");
  const button = link
    ? `<p style="margin:24px 0"><a href="${escapeHtml(link.url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:${COLORS.lamp};color:${COLORS.ink};font-weight:500;text-decoration:none">${escapeHtml(link.text)}</a></p>
<p style="margin:0 0 16px;font-size:14px;color:${COLORS.quiet}">${escapeHtml(createTranslations(language, "mail")("copyAddress"))} <bdi dir="ltr">${escapeHtml(link.url)}</bdi></p>`
    : "";
  return `<!doctype html>
<html lang="${language}" dir="${LANGUAGES[language].direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0;padding:24px 16px;background:${COLORS.paper};color:${COLORS.ink};font:16px/1.6 system-ui,sans-serif">
<div style="max-width:560px;margin:0 auto;overflow-wrap:anywhere">
<p style="margin:0 0 24px;font:600 20px Georgia,serif">${escapeHtml(brand.shortName)}</p>
<h1 style="margin:0 0 16px;font:500 24px/1.3 Georgia,serif">${escapeHtml(subject)}</h1>
${body}${button}
<p style="margin:32px 0 0;padding-top:16px;border-top:1px solid ${COLORS.line};font-size:14px;color:${COLORS.quiet}">${escapeHtml(`${brand.name}, ${t("address")}.`)} <bdi dir="ltr">${escapeHtml(brand.phone.text)}</bdi>, ${escapeHtml(t("hours"))}.</p>
</div></body></html>
`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
