import { z } from "zod";

const LONGEST_DELAY = 60;
/** A message that waits longer than a stream lasts (streams.ts) would never arrive. */
const LONGEST_DELIVERY = 30;
const A_YEAR = 31_536_000;

const number = (least: number, most: number) => z.number().int().min(least).max(most);

/** A setting that is added here is also on the page and in the API. */
export const settingsSchema = z.strictObject({
  identityRequired: z.enum(["as configured", "on", "off"]),
  automaticAgent: z.enum(["on", "off"]),

  script: z.enum(["served", "missing", "empty", "slow"]),
  scriptAddresses: z.enum(["both", "the first"]),
  scriptDelay: number(1, LONGEST_DELAY),
  widget: z.enum(["attaches", "never attaches"]),
  tokens: z.enum(["judged", "all refused"]),
  clockOffset: number(-A_YEAR, A_YEAR),
  tokenLifetime: number(0, A_YEAR),
  delivery: z.enum(["normal", "slow", "failing"]),
  deliveryDelay: number(1, LONGEST_DELIVERY),
  rotation: z.enum(["one secret", "old and new secret", "old secret revoked"]),

  refusedToken: z.enum(["says why", "spins", "is anonymous"]),
  expiryInChat: z.enum(["ends the chat", "is not noticed"]),
  leeway: number(0, 600),
  longClaims: z.enum(["refuse the token", "are left out"]),
  countedClaims: z.enum(["all", "without the fields"]),
  laterFields: z.enum(["fill the ticket", "are ignored"]),
});

export type Settings = z.infer<typeof settingsSchema>;
export type SettingName = keyof Settings;

/** Where nothing is known about Glassix: the stricter behaviour. */
export const DEFAULT_SETTINGS: Settings = {
  identityRequired: "as configured",
  automaticAgent: "on",
  script: "served",
  scriptAddresses: "both",
  scriptDelay: 10,
  widget: "attaches",
  tokens: "judged",
  clockOffset: 0,
  tokenLifetime: 0,
  delivery: "normal",
  deliveryDelay: 5,
  rotation: "one secret",
  refusedToken: "says why",
  expiryInChat: "ends the chat",
  leeway: 0,
  longClaims: "refuse the token",
  countedClaims: "all",
  laterFields: "fill the ticket",
};

/** For the desk alone where strangers can visit: with these a visitor could revive an expired token. */
export const DESK_SETTINGS: readonly SettingName[] = [
  "identityRequired",
  "tokens",
  "clockOffset",
  "tokenLifetime",
  "rotation",
  "refusedToken",
  "expiryInChat",
  "leeway",
  "longClaims",
  "countedClaims",
  "laterFields",
];

export type SettingGroup = {
  title: string;
  basis: "documented" | "made on purpose" | "assumed";
  about: string;
  settings: { name: SettingName; title: string; about: string; unit?: string }[];
};

export const SETTING_GROUPS: SettingGroup[] = [
  {
    title: "Workspace",
    basis: "documented",
    about: "What an administrator of Glassix would set.",
    settings: [
      {
        name: "identityRequired",
        title: "Require Identity Verification",
        about:
          "Every widget without a valid token spins for ever, and cookies identify nobody. As configured: GLASSIX_REQUIRE_IDENTITY. The portal goes by that variable alone, so switching this on without it shows what happens to a site that is not ready.",
      },
      {
        name: "automaticAgent",
        title: "Automatic agent",
        about: "The sandbox's own. It answers new conversations until a person at the desk does.",
      },
    ],
  },
  {
    title: "Faults",
    basis: "made on purpose",
    about: "What can go wrong between the portal and Glassix. A page must be loaded again to meet the first four.",
    settings: [
      {
        name: "script",
        title: "Widget's script",
        about: "Missing: 404. Empty: as blockers answer. Slow: later than a page should wait, which is 8 seconds.",
      },
      {
        name: "scriptAddresses",
        title: "Script's fault at",
        about: "Both addresses, or the first alone: then the second takes over.",
      },
      { name: "scriptDelay", title: "Slow script waits", about: "Before it is served.", unit: "seconds" },
      {
        name: "widget",
        title: "Widget",
        about: "Never attaches: it can be made and attached, but reports neither attached nor initialized.",
      },
      { name: "tokens", title: "Tokens", about: "All refused: also those that are valid." },
      {
        name: "clockOffset",
        title: "Clock of the server",
        about: "Added to the time by which tokens are judged. Negative: behind.",
        unit: "seconds",
      },
      {
        name: "tokenLifetime",
        title: "Tokens end after",
        about: "Counted from iat, whatever exp says. 0: as exp says.",
        unit: "seconds",
      },
      {
        name: "delivery",
        title: "Delivery of messages",
        about: "Slow: each message waits, in both directions. Failing: none goes through.",
      },
      {
        name: "deliveryDelay",
        title: "Slow delivery waits",
        about: "For each message. After 10 seconds the chat takes what it sends for lost.",
        unit: "seconds",
      },
      {
        name: "rotation",
        title: "API secret",
        about:
          "The portal goes on signing with its own. Old and new secret: both are valid, the portal's is the old one. Old secret revoked: the portal has not been told yet, and its tokens are refused. Whether two can be valid at once is not documented.",
      },
    ],
  },
  {
    title: "Not documented",
    basis: "assumed",
    about: "Nobody outside Glassix knows. The first choice is what this sandbox assumes.",
    settings: [
      {
        name: "refusedToken",
        title: "A refused token",
        about:
          "Says why: the reason stands in the chat. Spins: as in required mode. Is anonymous: falls back to the cookie.",
      },
      {
        name: "expiryInChat",
        title: "A token that ends in the middle of a chat",
        about: "Ends the chat: every request is judged. Is not noticed: only the first is.",
      },
      {
        name: "leeway",
        title: "Leeway between clocks",
        about: "By how much exp may be past and nbf to come.",
        unit: "seconds",
      },
      {
        name: "longClaims",
        title: "Identity claims over 500 characters",
        about: "Refuse the token, or are left out of details.identityTokenClaims.",
      },
      {
        name: "countedClaims",
        title: "What counts towards the 500 characters",
        about: "All: field1 and the others too. The design of this portal keeps to that.",
      },
      {
        name: "laterFields",
        title: "field5 to field10 in a token",
        about: "The ticket has ten fields; as claims, four are documented.",
      },
    ],
  },
];

export function readChoices(name: SettingName): string[] | { least: number; most: number } {
  const shape = settingsSchema.shape[name];
  return shape instanceof z.ZodEnum
    ? shape.options.map(String)
    : { least: shape.minValue ?? 0, most: shape.maxValue ?? 0 };
}
