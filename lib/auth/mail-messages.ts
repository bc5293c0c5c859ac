import "server-only";
import { brand } from "@/lib/brand";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { formatMomentInZone } from "@/lib/format";
import type { Message } from "@/lib/mail";
import { createLink, toUrl } from "./email-links";

export type Occasion = { at: string; place: string };

export type Registration = { id: string; firstName: string; lastName: string; passwordHash: string };

const NOTICES = {
  "new-device": ["New sign-in to your account", "You, or somebody with your password, signed in on a new device"],
  "password-changed": ["Your password was changed", "The password of your account was changed"],
  "passkey-added": ["A passkey was added", "A passkey was added to your account"],
  "passkey-removed": ["A passkey was removed", "A passkey was removed from your account"],
  "passkey-required": ["Signing in now needs a passkey", "Your account now requires a passkey after the password"],
  "passkey-optional": ["Signing in no longer needs a passkey", "Your account no longer requires a passkey"],
  "recovery-codes": [
    "New recovery codes",
    "New recovery codes were created for your account, and the old ones no longer work",
  ],
  "recovery-code-used": ["A recovery code was used", "Somebody signed in to your account with a recovery code"],
  "link-added": ["Single sign-on was added", "Single sign-on was added to your account"],
  "link-removed": ["Single sign-on was removed", "Single sign-on was removed from your account"],
  lockout: [
    "Too many wrong passwords",
    "Somebody entered too many wrong passwords for your account, so new devices cannot sign in for 15 minutes",
  ],
} as const;

export type Notice = keyof typeof NOTICES;

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
export async function composeMail(id: string, job: MailJob): Promise<Message | null> {
  const { email } = job;
  const user = await db().user.findUnique({
    where: job.kind === "change" || job.kind === "email-changed" ? { id: job.data.userId } : { email },
    select: { id: true, email: true, emailConfirmedAt: true, passwordHash: true, disabledAt: true },
  });
  if (job.kind === "registration") return user ? alreadyRegistered() : confirmRegistration(id, email, job.data);
  if (!user || user.disabledAt) return null;
  const { id: userId, passwordHash } = user;

  switch (job.kind) {
    case "confirmation":
      if (user.id !== job.data.userId || user.emailConfirmedAt) return null;
      return confirmAddress(await createLink({ id, purpose: "confirmation", userId, email }), "for your account");
    case "change": {
      // Changing the password ends the session, and withdraws what it asked for.
      if ((await db().session.count({ where: { id: job.data.sessionId } })) === 0) return null;
      if ((await db().user.count({ where: { email } })) > 0) return alreadyRegistered();
      return confirmAddress(
        await createLink({ id, purpose: "change", userId, email, passwordHash }),
        "in place of the current one. Open the link in a browser where you are signed in",
      );
    }
    case "reset":
      if (!passwordHash)
        return {
          subject: "You sign in with single sign-on",
          paragraphs: [
            "Somebody, probably you, asked for a link to choose a new password. Your account has no password: you sign in with single sign-on.",
          ],
          link: { text: "Sign in", url: `${env().siteUrl}/login` },
        };
      return {
        subject: "Choose a new password",
        paragraphs: [
          "Somebody, probably you, asked for a link to choose a new password. The link works once, within 30 minutes.",
          "If it wasn't you, ignore this message: your password stays as it is.",
        ],
        link: {
          text: "Choose a new password",
          url: await createLink({ id, purpose: "reset", userId, email, passwordHash }),
        },
      };
    case "email-changed": {
      const subject = "Your email address was changed";
      const text = `The email address of your account was changed to another one${describe(job.data)}`;
      if (!job.data.canUndo)
        return { subject, paragraphs: [text, `If it wasn't you, call us on ${brand.phone.text}.`] };
      if ((await db().emailLink.count({ where: { id } })) === 0) return null;
      const url = toUrl("undo-email-change", id);
      const todo =
        "If it wasn't you, restore this address within 7 days. The link also ends all sessions and lets you choose a new password.";
      return { subject, paragraphs: [text, todo], link: { text: "Restore this address", url } };
    }
    case "notice": {
      // An address that nobody has confirmed may be a stranger's.
      if (!user.emailConfirmedAt) return null;
      const [subject, text] = NOTICES[job.data.notice];
      return {
        subject,
        paragraphs: [
          `${text}${describe(job.data)}`,
          job.data.notice === "passkey-required"
            ? `If it was you, there is nothing to do. If not, call us at once on ${brand.phone.text}: a new password does not help.`
            : `If it was you, there is nothing to do. If not, choose a new password and check your account page. Questions? Call us on ${brand.phone.text}.`,
        ],
        link: { text: "Open your account", url: `${env().siteUrl}/portal/account` },
      };
    }
  }
}

const describe = ({ at, place }: Occasion) => ` on ${formatMomentInZone(new Date(at))}, with ${place}.`;

/** Without the name, which is a stranger's choice. */
async function confirmRegistration(
  id: string,
  email: string,
  { passwordHash, ...data }: Registration,
): Promise<Message> {
  return confirmAddress(
    await createLink({ id, purpose: "registration", email, passwordHash, data }),
    "to create your account",
  );
}

const confirmAddress = (url: string, why: string): Message => ({
  subject: "Confirm your email address",
  paragraphs: [
    `Confirm this address ${why}. The link works once, within 24 hours.`,
    "If you did not ask for this, ignore this message: nothing happens without the link.",
  ],
  link: { text: "Confirm address", url },
});

const alreadyRegistered = (): Message => ({
  subject: "You already have an account",
  paragraphs: [
    "Somebody, probably you, entered this address for a new account. It already has one, so nothing was changed.",
    "Sign in with your password. If you forgot it, the sign-in page helps you to choose a new one.",
  ],
  link: { text: "Sign in", url: `${env().siteUrl}/login` },
});
