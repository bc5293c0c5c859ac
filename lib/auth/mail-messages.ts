import "server-only";
import { brand } from "@/lib/brand";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { createFormats } from "@/lib/format";
import { toLanguage, type Language } from "@/lib/i18n/languages";
import { translate, type Translate } from "@/lib/i18n/messages";
import type { Message } from "@/lib/mail";
import type { User } from "@/prisma/generated/client";
import type en from "@/messages/en.json";
import { createLink, toUrl } from "./email-links";

/** `at`: an ISO time. `device`: "Firefox on Windows". */
export type Occasion = { at: string; device: string; network: string | null };

export type Registration = { id: string; firstName: string; lastName: string; passwordHash: string };

export type Notice = keyof typeof en.mail.notices;

type Jobs = {
  registration: Registration;
  confirmation: { userId: string };
  change: { userId: string; sessionId: string };
  reset: Record<string, never>;
  "email-changed": Occasion & { userId: string; canUndo: boolean };
  notice: Occasion & { notice: Notice };
};

export type MailJob = {
  [Kind in keyof Jobs]: { id?: string; kind: Kind; email: string; data: Jobs[Kind] };
}[keyof Jobs];

/** Anybody can have these sent to any address, so their number is limited. */
export const isForAnyAddress = ({ kind }: MailJob) => ["registration", "reset", "change"].includes(kind);

/** Null if there is nothing to say, for example to an address without an account. Creates the link that the message contains. */
export async function composeMail(id: string, job: MailJob, requestLanguage: Language): Promise<Message | null> {
  const { email } = job;
  const user = await db().user.findUnique({
    where: job.kind === "change" || job.kind === "email-changed" ? { id: job.data.userId } : { email },
    select: { id: true, email: true, emailConfirmedAt: true, passwordHash: true, disabledAt: true, language: true },
  });
  const language = toLanguage(user?.language) ?? requestLanguage;
  const content = await writeContent(id, job, user, language);
  return content && { language, ...content };
}

async function writeContent(
  id: string,
  job: MailJob,
  user: Recipient | null,
  language: Language,
): Promise<Content | null> {
  const { email } = job;
  const t = translate(language, "mail");
  const phone = brand.phone.text;
  const describe = ({ at, device, network }: Occasion) => ({
    at: createFormats(language).formatMomentInZone(new Date(at)),
    place: t(network ? "placeInNetwork" : "place", { device, network: network ?? "" }),
  });
  if (job.kind === "registration") return user ? alreadyRegistered(t) : confirmRegistration(t, id, email, job.data);
  if (!user || user.disabledAt) return null;
  const { id: userId, passwordHash } = user;

  switch (job.kind) {
    case "confirmation": {
      if (user.id !== job.data.userId || user.emailConfirmedAt) return null;
      const url = await createLink({ id, purpose: "confirmation", userId, email });
      return confirmAddress(t, url, t("confirm.forAccount"));
    }
    case "change": {
      // Changing the password ends the session, and withdraws what it asked for.
      if ((await db().session.count({ where: { id: job.data.sessionId } })) === 0) return null;
      if ((await db().user.count({ where: { email } })) > 0) return alreadyRegistered(t);
      const url = await createLink({ id, purpose: "change", userId, email, passwordHash });
      return confirmAddress(t, url, t("confirm.forChange"));
    }
    case "reset":
      if (!passwordHash)
        return {
          subject: t("noPassword.subject"),
          paragraphs: [t("noPassword.text")],
          link: { text: t("signIn"), url: `${env().siteUrl}/login` },
        };
      return {
        subject: t("reset.subject"),
        paragraphs: [t("reset.text"), t("reset.ignore")],
        link: { text: t("reset.link"), url: await createLink({ id, purpose: "reset", userId, email, passwordHash }) },
      };
    case "email-changed": {
      const subject = t("emailChanged.subject");
      const text = t("emailChanged.text", describe(job.data));
      if (!job.data.canUndo) return { subject, paragraphs: [text, t("emailChanged.call", { phone })] };
      if ((await db().emailLink.count({ where: { id } })) === 0) return null;
      const link = { text: t("emailChanged.link"), url: toUrl("undo-email-change", id) };
      return { subject, paragraphs: [text, t("emailChanged.undo")], link };
    }
    case "notice": {
      // An address that nobody has confirmed may be a stranger's.
      if (!user.emailConfirmedAt) return null;
      const { notice } = job.data;
      const advice = t(notice === "passkey-required" ? "adviceToCall" : "advice", { phone });
      return {
        subject: t(`notices.${notice}.subject`),
        paragraphs: [t(`notices.${notice}.text`, describe(job.data)), advice],
        link: { text: t("openAccount"), url: `${env().siteUrl}/portal/account` },
      };
    }
  }
}

type T = Translate<"mail">;
type Content = Omit<Message, "language">;
type Recipient = Pick<User, "id" | "email" | "emailConfirmedAt" | "disabledAt"> & { passwordHash: string | null };

/** Without the name, which is a stranger's choice. */
async function confirmRegistration(
  t: T,
  id: string,
  email: string,
  { passwordHash, ...data }: Registration,
): Promise<Content> {
  const url = await createLink({ id, purpose: "registration", email, passwordHash, data });
  return confirmAddress(t, url, t("confirm.forRegistration"));
}

const confirmAddress = (t: T, url: string, text: string): Content => ({
  subject: t("confirm.subject"),
  paragraphs: [text, t("confirm.ignore")],
  link: { text: t("confirm.link"), url },
});

const alreadyRegistered = (t: T): Content => ({
  subject: t("registered.subject"),
  paragraphs: [t("registered.text"), t("registered.advice")],
  link: { text: t("signIn"), url: `${env().siteUrl}/login` },
});
