import { describe, expect, it } from "vitest";
import { judgePoints, type Facts, type SeenClient, type SeenCustomer } from "./checklist-points";
import { toHtml } from "./checklist-report";

const JOHN = "db79e775-81fd-4f2e-8741-9266e920cc32";
const JANE = "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b";

function seeClient(uniqueIdentifier: string, claims: Record<string, unknown> = {}): SeenClient {
  return {
    uniqueIdentifier,
    claims: { aud: uniqueIdentifier, iat: 0, exp: 18_000, field1: "John", email: "john@example.com", ...claims },
    events: ["attached"],
  };
}

function seeCustomer(email: string, uniqueIdentifier: string, changes: Partial<SeenCustomer> = {}): SeenCustomer {
  return {
    email,
    client: seeClient(uniqueIdentifier),
    answer: { status: 200, uniqueIdentifier, audience: uniqueIdentifier },
    notice: null,
    ...changes,
  };
}

/** A visit on which all is well, but for the changes. */
function see(changes: Partial<Facts> = {}): Facts {
  return {
    widget: "sandbox",
    first: seeCustomer("john@example.com", JOHN),
    second: seeCustomer("jane@example.com", JANE),
    again: seeCustomer("john@example.com", JOHN),
    account: { firstName: "John", lastName: "Wick" },
    chat: {
      isOpen: true,
      isInitialized: true,
      credentialFields: 0,
      frame: { isWritable: true, text: "You are chatting as John" },
    },
    message: { text: "Hello", isSeenBySecond: false, isSeenAgain: true },
    ticket: { id: 1, isNew: true, fields: { field1: "John" }, claims: { email: "john@example.com" } },
    renewal: RENEWAL,
    signOut: { wasInOtherTab: true, endedAfter: [40, 60], otherTab: JANE },
    misuse: [],
    ...changes,
  };
}

const RENEWAL = {
  kind: "watched",
  lifetime: 18_000,
  requests: 1,
  isOldDestroyed: true,
  before: seeClient(JOHN),
  after: seeClient(JOHN, { exp: 18_002 }),
} as const;

const verdicts = (facts: Facts | null) => judgePoints(facts).map(({ verdict }) => verdict);

describe("the six points of the guide's checklist", () => {
  it("hold where all is well", () => {
    expect(verdicts(see())).toEqual(Array(6).fill("pass"));
  });

  it("are not seen where nothing was seen", () => {
    expect(verdicts(null)).toEqual(Array(6).fill("not seen"));
    expect(verdicts({ widget: "sandbox", misuse: [] })).toEqual(Array(6).fill("not seen"));
  });

  it.each<[point: number, what: string, changes: Partial<Facts>]>([
    [1, "two customers have one identity", { second: seeCustomer("jane@example.com", JOHN) }],
    [1, "a unique identifier is in capitals", { first: seeCustomer("john@example.com", JOHN.toUpperCase()) }],
    [1, "a unique identifier is an e-mail", { first: seeCustomer("john@example.com", "john@example.com") }],
    [
      1,
      "the token is somebody else's",
      { first: seeCustomer("john@example.com", JOHN, { client: seeClient(JOHN, { aud: JANE }) }) },
    ],
    [
      1,
      "the widget is given another identity than the endpoint's",
      {
        first: seeCustomer("john@example.com", JOHN, {
          answer: { status: 200, uniqueIdentifier: JANE, audience: JANE },
        }),
      },
    ],
    [
      1,
      "the client never attaches",
      { first: seeCustomer("john@example.com", JOHN, { client: { ...seeClient(JOHN), events: [] } }) },
    ],
    [1, "the second customer gets no client", { second: seeCustomer("jane@example.com", JANE, { client: null }) }],
    [2, "the unique identifier changes", { again: seeCustomer("john@example.com", JANE) }],
    [2, "the message is gone", { message: { text: "Hello", isSeenBySecond: false, isSeenAgain: false } }],
    [2, "somebody else sees the message", { message: { text: "Hello", isSeenBySecond: true, isSeenAgain: true } }],
    [3, "field1 is another name", { account: { firstName: "Johnny", lastName: "Wick" } }],
    [3, "the ticket's field is empty", { ticket: { id: 1, isNew: true, fields: { field1: "" }, claims: {} } }],
    [3, "the ticket lacks a claim", { ticket: { id: 1, isNew: true, fields: { field1: "John" }, claims: {} } }],
    [4, "the chat asks for a password", { chat: { ...see().chat!, credentialFields: 1 } }],
    [
      4,
      "the chat refuses the token",
      { chat: { ...see().chat!, isInitialized: false, frame: { isWritable: false, text: "Glassix would refuse" } } },
    ],
    [4, "the chat is anonymous", { chat: { ...see().chat!, frame: { isWritable: true, text: "You are anonymous" } } }],
    [5, "nothing is renewed", { renewal: { ...RENEWAL, requests: 0, after: null } }],
    [5, "it is renewed twice", { renewal: { ...RENEWAL, requests: 2 } }],
    [5, "the old client stays", { renewal: { ...RENEWAL, isOldDestroyed: false } }],
    [5, "the new token ends sooner", { renewal: { ...RENEWAL, after: seeClient(JOHN, { exp: 17_000 }) } }],
    [6, "a client survives in another tab", { signOut: { ...see().signOut!, endedAfter: [40, null] } }],
    [6, "the other tab keeps away from the new customer", { signOut: { ...see().signOut!, otherTab: null } }],
    [6, "two clients were alive", { misuse: ["created while another client is alive"] }],
  ])("point %i fails when %s", (point, _what, changes) => {
    expect(verdicts(see(changes))[point - 1]).toBe("fail");
  });

  it("of a department, what is inside Glassix is not passed", () => {
    const facts = see({
      widget: "department",
      chat: { ...see().chat!, frame: null },
      message: undefined,
      ticket: undefined,
    });
    expect(verdicts(facts)).toEqual(["pass", "not seen", "not seen", "not seen", "pass", "pass"]);
  });

  it("a ticket that is older than the token proves nothing against it", () => {
    const ticket = { id: 1, isNew: false, fields: { field1: "Johnny" }, claims: {} };
    expect(verdicts(see({ ticket }))[2]).toBe("not seen");
  });

  it("a session that ends before the token needs no renewal", () => {
    expect(verdicts(see({ renewal: { kind: "session-ends-first", lifetime: 90_000 } }))[4]).toBe("not seen");
  });
});

it("the report shows what a page says as text, never as markup", () => {
  const first = seeCustomer("john@example.com", JOHN, { client: null, notice: "<script>alert(1)</script>" });
  const html = toHtml(
    {
      address: "https://portal.example.com",
      widget: "department",
      startedAt: new Date(0),
      duration: 1,
      customers: ["john@example.com"],
      points: judgePoints(see({ first })),
      problem: null,
    },
    {},
  );
  expect(html).not.toContain("<script>");
  expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
});
