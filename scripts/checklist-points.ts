/**
 * The six points of the testing checklist in Glassix's guide ("Step 5: Test the Implementation"), each as
 * a judgement of what was seen from outside. Pure: what was seen comes from scripts/checklist-drive.ts.
 */
import { isUuid } from "@/lib/glassix/identity/claims";

/** `not seen`: it could not be looked at from outside, or nothing came far enough. Never a pass in disguise. */
export type Verdict = "pass" | "fail" | "not seen";

export type Point = { number: number; title: string; verdict: Verdict; evidence: string };

/** A customer after a sign-in. */
export type SeenCustomer = {
  email: string;
  /** The identified client that lived then; null when none came in time. */
  client: SeenClient | null;
  /** The last answer of POST /api/glassix-identity; null when none was heard. */
  answer: { status: number; uniqueIdentifier: unknown; audience: unknown } | null;
  /** What the page said in the chat's place. */
  notice: string | null;
};

export type SeenClient = {
  uniqueIdentifier: string;
  /** What its token says. The token itself is not kept. */
  claims: Record<string, unknown>;
  /** The names of the events that it has reported so far. */
  events: string[];
};

/** What was seen. What is missing was not come to. */
export type Facts = {
  widget: "sandbox" | "department";
  /** The first customer, then the second in the same browser, then the first in a fresh one. */
  first?: SeenCustomer;
  second?: SeenCustomer;
  again?: SeenCustomer;
  /** What /portal/account calls the first customer. */
  account?: { firstName: string; lastName: string };
  /** The first customer's chat, opened. */
  chat?: {
    isOpen: boolean;
    isInitialized: boolean;
    /** Fields for passwords and codes, in the page and in all its frames. */
    credentialFields: number;
    /** The inside of the frame, in the sandbox alone. */
    frame: { isWritable: boolean; text: string } | null;
  };
  /** The first customer's message, in the sandbox alone: to whom it showed. */
  message?: { text: string; isSeenBySecond?: boolean; isSeenAgain?: boolean };
  /** The first customer's newest ticket, in the sandbox alone. */
  ticket?: Ticket;
  renewal?: Renewal;
  signOut?: {
    /** Whether the first customer's client came in a second tab too. */
    wasInOtherTab: boolean;
    /** For each tab: milliseconds from the click to the end of its identified client; null when it lived on. */
    endedAfter: (number | null)[];
    /** Whose client came in the other tab when the second customer signed in. */
    otherTab: string | null;
  };
  /** What was done to the widget that must not be: two clients alive, one attached twice. */
  misuse: string[];
};

export type Ticket = { id: unknown; isNew: boolean; fields: Record<string, unknown>; claims: Record<string, unknown> };

export type Renewal =
  | { kind: "session-ends-first"; lifetime: number }
  | {
      kind: "watched";
      /** Seconds. */
      lifetime: number;
      /** Identity requests after the clock was moved. */
      requests: number;
      isOldDestroyed: boolean;
      before: SeenClient;
      /** The client in its place; null when none came. */
      after: SeenClient | null;
    };

type Judgement = { verdict: Verdict; evidence: string };

/** How long a client may outlive the click on *Sign out*, in milliseconds. */
export const SIGN_OUT_LIMIT = 2_000;
/** How long the identified client may take to come after a sign-in, in milliseconds. */
export const CLIENT_LIMIT = 20_000;

export const POINTS: { title: string; judge: (facts: Facts) => Judgement }[] = [
  { title: "Widget loads with the correct user identity", judge: judgeIdentity },
  { title: "Conversation history persists across sessions", judge: judgeHistory },
  { title: "User fields pre-populate correctly", judge: judgeFields },
  { title: "Widget works without requiring additional authentication", judge: judgeAuthentication },
  { title: "Token refresh logic works before expiration", judge: judgeRenewal },
  { title: "Destroy and reattach functionality works on login/logout", judge: judgeSignOut },
];

/** The six points, in the guide's order; null: nothing was seen at all. */
export function judgePoints(facts: Facts | null): Point[] {
  return POINTS.map(({ title, judge }, index) => ({
    number: index + 1,
    title,
    ...(facts ? judge(facts) : notSeen("The portal was not reached.")),
  }));
}

function judgeIdentity({ widget, first, second }: Facts): Judgement {
  if (!first) return notSeen("No customer was signed in.");
  const problem = findIdentityProblem(first) ?? (second && findIdentityProblem(second));
  const isSame = second && idOf(second) !== null && idOf(second) === idOf(first);
  if (isSame) return fail(`${first.email} and ${second.email} have the same unique identifier, ${idOf(first)}.`);
  if (problem) return fail(problem);
  if (!second) return notSeen(`${first.email} got their own client, but the second customer was not come to.`);
  const limit = widget === "department" ? " What Glassix made of the tokens does not show from outside." : "";
  return pass(
    `${first.email} is ${idOf(first)} and ${second.email} is ${idOf(second)}: in the widget's options, in the token's aud and in the endpoint's answer, and both clients are attached.${limit}`,
  );
}

function findIdentityProblem({ email, client, answer, notice }: SeenCustomer): string | null {
  if (!client) {
    const said = notice ? `. The page says "${notice}".` : ` within ${CLIENT_LIMIT / 1000} s of the sign-in.`;
    const answered = !answer
      ? "was not heard to answer"
      : answer.status === 200
        ? `answered with the unique identifier ${show(answer.uniqueIdentifier)}`
        : `answered ${answer.status}`;
    return `${email} got no identified client${said} POST /api/glassix-identity ${answered}.`;
  }
  const { uniqueIdentifier, claims } = client;
  if (!isUuid(uniqueIdentifier) || uniqueIdentifier !== uniqueIdentifier.toLowerCase())
    return `The unique identifier of ${email} is ${show(uniqueIdentifier)}, which is no UUID in lowercase.`;
  if (claims.aud !== uniqueIdentifier)
    return `The widget of ${email} was given the unique identifier ${uniqueIdentifier}, but its token's aud is ${show(claims.aud)}.`;
  if (!answer) return `The widget of ${email} has an identity, but POST /api/glassix-identity was not heard to answer.`;
  if (answer.uniqueIdentifier !== uniqueIdentifier || answer.audience !== uniqueIdentifier)
    return `The widget of ${email} was given the unique identifier ${uniqueIdentifier}, but the endpoint answered ${show(answer.uniqueIdentifier)}, with the aud ${show(answer.audience)}.`;
  if (!isAttached(client)) return `The client of ${email} never reported that it is attached.`;
  return null;
}

function judgeHistory({ widget, first, second, again, message }: Facts): Judgement {
  if (!first?.client) return NO_CLIENT;
  if (!again) return notSeen("The second session was not come to.");
  if (!again.client) return fail(`${first.email} got no identified client in a fresh browser.`);
  if (idOf(again) !== idOf(first))
    return fail(`${first.email} is ${idOf(first)} in one session and ${idOf(again)} in the next.`);
  const same = `${first.email} has the same unique identifier in two separate browsers`;
  if (widget === "department")
    return notSeen(
      `${same}, but the conversation is inside Glassix's frame. By hand: write a message, sign out, sign in with another browser, and look for it.`,
    );
  if (message?.isSeenAgain === undefined) return notSeen(`${same}, but no message could be written.`);
  if (!message.isSeenAgain) return fail(`${same}, but the message that was written in the first is not in the second.`);
  if (message.isSeenBySecond)
    return fail(`${second?.email ?? "The second customer"} sees the message of ${first.email}.`);
  if (message.isSeenBySecond === undefined)
    return notSeen(`${first.email} finds their message again, but the second customer's chat was not come to.`);
  return pass(`${same} and finds their message again in the second; ${second?.email} does not see it.`);
}

function judgeFields({ widget, first, account, ticket }: Facts): Judgement {
  if (!first?.client) return NO_CLIENT;
  if (!account) return notSeen("No first and last name were found on /portal/account to compare with.");
  const { claims } = first.client;
  const fields = Object.keys(claims).filter((name) => /^field\d+$/.test(name));
  const empty = fields.find((name) => typeof claims[name] !== "string" || claims[name] === "");
  if (!fields.includes("field1")) return fail("The token has no field1.");
  if (empty) return fail(`The token's ${empty} is ${show(claims[empty])}, not a text.`);
  if (claims.field1 !== account.firstName)
    return fail(
      `The token's field1 is ${show(claims.field1)}, but /portal/account calls the customer ${show(account.firstName)}.`,
    );
  const inToken = `The token carries ${fields.join(", ")}, and its field1 ${show(claims.field1)} is the first name on /portal/account`;
  if (widget === "department")
    return notSeen(
      `${inToken}, but the ticket is in Glassix. By hand: write in the chat, open the ticket in Glassix, and compare its fields.`,
    );
  if (!ticket) return notSeen(`${inToken}, but the sandbox's ticket could not be read.`);
  const different = fields.find((name) => ticket.fields[name] !== claims[name]);
  const odd = Object.keys(claims).find(
    (name) =>
      !REGISTERED_CLAIMS.includes(name) &&
      !fields.includes(name) &&
      (ticket.isNew ? ticket.claims[name] !== claims[name] : ticket.claims[name] === undefined),
  );
  if (different || odd) {
    const what = different
      ? `the ${different} of ticket ${show(ticket.id)} is ${show(ticket.fields[different])}, the token's is ${show(claims[different])}`
      : `identityTokenClaims of ticket ${show(ticket.id)} lacks the token's ${odd}`;
    // A ticket keeps what the token said when the ticket was opened.
    return ticket.isNew
      ? fail(`${inToken}, but ${what}.`)
      : notSeen(
          `${inToken}, but ${what}, and the ticket is older than this run. Close it, and run the checklist again.`,
        );
  }
  return pass(
    `${inToken}; ticket ${show(ticket.id)} has the same fields, and the other claims in identityTokenClaims.`,
  );
}

function judgeAuthentication({ widget, first, account, chat }: Facts): Judgement {
  if (!first?.client) return NO_CLIENT;
  if (!isAttached(first.client)) return fail(`The client of ${first.email} never reported that it is attached.`);
  if (!chat) return notSeen("The chat was not come to.");
  if (!chat.isOpen) return fail("The chat did not open.");
  if (chat.credentialFields > 0)
    return fail(
      `With the chat open, the page asks for credentials in ${chat.credentialFields} ${chat.credentialFields === 1 ? "field" : "fields"}.`,
    );
  if (widget === "department") {
    const initialized = chat.isInitialized
      ? 'and the widget reported "initialized"'
      : 'but the widget has not reported "initialized"';
    return notSeen(
      `The client is attached, the chat opened, no field for a password or a code is in sight, ${initialized}. Glassix does not say whether it accepted the token. By hand: open the chat, and see that it neither spins nor asks who you are.`,
    );
  }
  if (!chat.frame?.isWritable || !chat.isInitialized)
    return fail(
      `The chat opened, but no message can be written in it${chat.frame ? `: ${show(chat.frame.text)}` : ""}.`,
    );
  if (account && !chat.frame.text.includes(account.firstName))
    return fail(`The chat opened, but does not know ${show(account.firstName)}: ${show(chat.frame.text)}.`);
  return pass(
    `After the sign-in the chat opens, ${account ? `knows ${show(account.firstName)}` : "is identified"}, takes messages, and asks for no password or code.`,
  );
}

function judgeRenewal({ first, again, renewal }: Facts): Judgement {
  if (!first?.client || (again && !again.client)) return NO_CLIENT;
  if (!renewal) return notSeen("The renewal was not come to.");
  const hours = `${Number((renewal.lifetime / 3600).toFixed(2))} h`;
  if (renewal.kind === "session-ends-first")
    return notSeen(`The token lives ${hours}, and the session ends before that needs a renewal.`);
  const { requests, before, after, isOldDestroyed } = renewal;
  const moved = `With the page's clock at 85 % of the token's ${hours} and the chat closed`;
  if (requests !== 1) return fail(`${moved}, ${requests} identities were asked for instead of one.`);
  if (!after) return fail(`${moved}, an identity was asked for, but no new client came.`);
  if (!isOldDestroyed) return fail(`${moved}, a new client came, but the old one was not destroyed first.`);
  if (after.uniqueIdentifier !== before.uniqueIdentifier)
    return fail(`${moved}, the client of ${before.uniqueIdentifier} was replaced by one of ${after.uniqueIdentifier}.`);
  if (!(Number(after.claims.exp) >= Number(before.claims.exp)))
    return fail(`${moved}, the new token ends before the old one: exp ${show(after.claims.exp)}.`);
  return pass(
    `${moved}, one identity was asked for, the old client was destroyed, and one with a token that ends no earlier took its place.`,
  );
}

function judgeSignOut({ first, second, signOut, misuse }: Facts): Judgement {
  if (misuse.length > 0) return fail(`The widget was misused: ${misuse.join("; ")}.`);
  if (!first?.client) return NO_CLIENT;
  if (!signOut) return notSeen("The sign-out was not come to.");
  if (!signOut.wasInOtherTab) return fail(`${first.email} got no identified client in a second tab.`);
  const surviving = signOut.endedAfter.findIndex((time) => time === null);
  if (surviving >= 0)
    return fail(
      `${SIGN_OUT_LIMIT / 1000} s after the click on "Sign out" an identified client still lives in ${surviving === 0 ? "the same tab" : "another tab"}.`,
    );
  if (!second) return notSeen("No identified client survived the sign-out, but the next sign-in was not come to.");
  if (!second.client) return fail(`No new client came when ${second.email} signed in.`);
  if (signOut.otherTab !== idOf(second))
    return fail(
      `When ${second.email} signed in, the other tab got ${signOut.otherTab ? `the client of ${signOut.otherTab}` : "no identified client"}.`,
    );
  return pass(
    `Sign-out ended the client in both tabs within ${Math.max(...(signOut.endedAfter as number[]))} ms, the next sign-in brought a new one to both, and never were two alive in a page.`,
  );
}

const REGISTERED_CLAIMS = ["iss", "aud", "sub", "iat", "nbf", "exp", "jti"];
const idOf = ({ client }: SeenCustomer) => client?.uniqueIdentifier ?? null;
const isAttached = ({ events }: SeenClient) => events.includes("attached") || events.includes("initialized");
const show = (value: unknown) =>
  value === undefined ? "missing" : JSON.stringify(value).replace(/\\n/g, " ").slice(0, 160);

const pass = (evidence: string): Judgement => ({ verdict: "pass", evidence });
const fail = (evidence: string): Judgement => ({ verdict: "fail", evidence });
const notSeen = (evidence: string): Judgement => ({ verdict: "not seen", evidence });
const NO_CLIENT = notSeen("There was no identified client to look at: see point 1.");
