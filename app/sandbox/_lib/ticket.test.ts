import { describe, expect, it } from "vitest";
import { pickFields, toTicket } from "./ticket";

const apiKey = "7cab072d-43d0-4e9d-bb25-2a947696fe8f";
const at = new Date("2026-11-22T13:55:00.000Z");
const stored = {
  id: 7,
  ownerId: "db79e775-81fd-4f2e-8741-9266e920cc32",
  isIdentified: true,
  state: "Open" as const,
  fields: { field1: "John", field2: "Wick" },
  identityTokenClaims: { field1: "John", field2: "Wick", email: "john.wick@example.com" },
  userAgent: "a browser",
  sourceTitle: "Your policies",
  culture: "he-IL",
  sourceUri: "https://portal.example.com/portal",
  open: at,
  close: null,
  lastActivity: at,
  isAutomatic: true,
  clientSeenId: 0,
  userSeenId: 0,
  clientTypedAt: null,
  userTypedAt: null,
  messages: [
    { id: 1, ticketId: 7, author: "Client" as const, text: "Hello", clientId: null, visibleAt: at },
    { id: 2, ticketId: 7, author: "User" as const, text: "Hello John", clientId: null, visibleAt: at },
  ],
};

describe("a ticket as Glassix shows it", () => {
  it("carries the token's fields, and its identityTokenClaims in the details", () => {
    expect(toTicket(stored, apiKey)).toMatchObject({
      id: 7,
      departmentId: apiKey,
      field1: "John",
      field2: "Wick",
      field3: "",
      field10: "",
      culture: "he-IL",
      state: "Open",
      open: "2026-11-22T13:55:00.000Z",
      close: null,
      primaryProtocolType: "Web",
      details: {
        userAgent: "a browser",
        source: { title: "Your policies", uri: "https://portal.example.com/portal" },
        identityTokenClaims: stored.identityTokenClaims,
      },
    });
  });

  it("names the customer as the client and the agent as a user", () => {
    const { participants, transactions } = toTicket(stored, apiKey);
    expect(participants).toMatchObject([
      { name: "John Wick", type: "Client", identifier: stored.ownerId },
      { name: "Automatic agent", type: "User" },
    ]);
    expect(transactions.map(({ text, fromParticipant }) => [text, fromParticipant.type])).toEqual([
      ["Hello", "Client"],
      ["Hello John", "User"],
    ]);
  });

  it("never shows an anonymous visitor's id, which is the key to their chat", () => {
    const visitorId = "0f4c2c4e-6a3e-4d0e-9a41-0d8f0f1c2b3a";
    const ticket = toTicket({ ...stored, ownerId: visitorId, isIdentified: false, fields: {} }, apiKey);
    expect(ticket.participants[0]).toMatchObject({ name: "Anonymous visitor", identifier: "anonymous-7" });
    expect(JSON.stringify(ticket)).not.toContain(visitorId);
  });
});

describe("picking a ticket's fields", () => {
  it("takes field1 to field10 and nothing else", () => {
    expect(pickFields({ field1: "a", field10: "b", field11: "c", field0: "d", email: "e" })).toEqual({
      field1: "a",
      field10: "b",
    });
  });
});
