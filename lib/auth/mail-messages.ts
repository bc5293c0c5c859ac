import "server-only";
import { brand } from "@/lib/brand";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { FORMATS } from "@/lib/format";
import { toLanguage, type Language } from "@/lib/i18n/languages";
import { createTranslations } from "@/lib/i18n/messages";
import type { Message } from "@/lib/mail";
import type en from "@/messages/en.json";
import { createLink, toUrl } from "./email-links";

/** `at`: an ISO time. For the others, see devices.ts. */
export type Occasion = { at: string; browser: string; system: string; network: string | null };

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
  const holder =
    job.kind === "change" && (await db().user.findUnique({ where: { email }, select: { language: true } }));
  const language = toLanguage((holder || user)?.language) ?? requestLanguage;
  const t = createTranslations(language, "mail");
  const nameDevice = createTranslations(language, "sessions");
  const phone = brand.phone.text;
  const signIn = { text: t("signIn"), url: `${env().siteUrl}/login` };
  const write = (subject: string, paragraphs: string[], link?: Message["link"]) =>
    ({ language, subject, paragraphs, link }) satisfies Message;
  const alreadyRegistered = () =>
    write(t("registered.subject"), [t("registered.text"), t("registered.advice")], signIn);
  const confirmAddress = (text: string, url: string) =>
    write(t("confirm.subject"), [text, t("confirm.ignore")], { text: t("confirm.link"), url });
  const describe = ({ at, network, ...device }: Occasion) => ({
    at: FORMATS[language].formatMomentInZone(new Date(at)),
    place: t("place", { device: nameDevice("device", device), network: network ?? "none" }),
  });

  if (job.kind === "registration") {
    if (user) return alreadyRegistered();
    // Without the name, which is a stranger's choice.
    const { passwordHash, ...data } = job.data;
    const url = await createLink({ id, purpose: "registration", email, passwordHash, data });
    return confirmAddress(t("confirm.forRegistration"), url);
  }
  if (!user || user.disabledAt) return null;
  const { id: userId, passwordHash } = user;

  switch (job.kind) {
    case "confirmation": {
      if (user.id !== job.data.userId || user.emailConfirmedAt) return null;
      const url = await createLink({ id, purpose: "confirmation", userId, email });
      return confirmAddress(t("confirm.forAccount"), url);
    }
    case "change": {
      // Changing the password ends the session, and withdraws what it asked for.
      if ((await db().session.count({ where: { id: job.data.sessionId } })) === 0) return null;
      if (holder) return alreadyRegistered();
      const url = await createLink({ id, purpose: "change", userId, email, passwordHash });
      return confirmAddress(t("confirm.forChange"), url);
    }
    case "reset": {
      if (!passwordHash) return write(t("noPassword.subject"), [t("noPassword.text")], signIn);
      const url = await createLink({ id, purpose: "reset", userId, email, passwordHash });
      return write(t("reset.subject"), [t("reset.text"), t("reset.ignore")], { text: t("reset.link"), url });
    }
    case "email-changed": {
      const subject = t("emailChanged.subject");
      const text = t("emailChanged.text", describe(job.data));
      if (!job.data.canUndo) return write(subject, [text, t("emailChanged.call", { phone })]);
      if ((await db().emailLink.count({ where: { id } })) === 0) return null;
      const link = { text: t("emailChanged.link"), url: toUrl("undo-email-change", id) };
      return write(subject, [text, t("emailChanged.undo")], link);
    }
    case "notice": {
      // An address that nobody has confirmed may be a stranger's.
      if (!user.emailConfirmedAt) return null;
      const { notice } = job.data;
      const text = t(`notices.${notice}.text`, describe(job.data));
      const advice = t(notice === "passkey-required" ? "adviceToCall" : "advice", { phone });
      const link = { text: t("openAccount"), url: `${env().siteUrl}/portal/account` };
      return write(t(`notices.${notice}.subject`), [text, advice], link);
    }
  }
}
