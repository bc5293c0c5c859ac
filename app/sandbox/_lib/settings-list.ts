import { z } from "zod";

const LONGEST_DELAY = 60;
/** A message that waits longer than a stream lasts (streams.ts) would never arrive. */
const LONGEST_DELIVERY = 30;
const A_YEAR = 31_536_000;

const number = (least: number, most: number) => z.number().int().min(least).max(most);

/** Settings that are added here appear on the page and in the API. */
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

/** Where Glassix documents nothing: the stricter behaviour. */
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

/** On a public server, only the desk can change these: they can make an expired token valid. */
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
  basis: "documented" | "simulated" | "assumed";
  about: string;
  settings: { name: SettingName; title: string; about: string; unit?: string }[];
};

export const SETTING_GROUPS: SettingGroup[] = [
  {
    title: "Workspace",
    basis: "documented",
    about: "What a Glassix administrator would configure.",
    settings: [
      {
        name: "identityRequired",
        title: "Require Identity Verification",
        about:
          "On: widgets without a valid token spin forever, and cookies identify nobody. As configured: follows GLASSIX_REQUIRE_IDENTITY. The portal only reads that variable, so turning this on without it shows what happens to a site that is not ready.",
      },
      {
        name: "automaticAgent",
        title: "Automatic agent",
        about: "Replies in new conversations until a person at the desk does.",
      },
    ],
  },
  {
    title: "Faults",
    basis: "simulated",
    about: "What can go wrong between the portal and Glassix. The first four take effect when a page is reloaded.",
    settings: [
      {
        name: "script",
        title: "Widget script",
        about:
          "Missing: a 404. Empty: an empty file, as ad blockers serve. Slow: delayed; the portal waits 8 seconds for it.",
      },
      {
        name: "scriptAddresses",
        title: "Script fault affects",
        about: "Both addresses, or only the first: the second then takes over.",
      },
      { name: "scriptDelay", title: "Script delay", about: "How late a slow script is.", unit: "seconds" },
      {
        name: "widget",
        title: "Widget",
        about: "Never attaches: a client can be created and attached, but reports neither attached nor initialized.",
      },
      { name: "tokens", title: "Tokens", about: "Judged: checked by the rules. All refused: even valid tokens." },
      {
        name: "clockOffset",
        title: "Server clock offset",
        about: "Added to the current time when tokens are checked. Negative: the clock is behind.",
        unit: "seconds",
      },
      {
        name: "tokenLifetime",
        title: "Token lifetime",
        about: "Ends tokens this long after iat, even before exp. 0: only exp counts.",
        unit: "seconds",
      },
      {
        name: "delivery",
        title: "Message delivery",
        about: "Slow: each message is delayed, in both directions. Failing: no message is delivered.",
      },
      {
        name: "deliveryDelay",
        title: "Delivery delay",
        about: "For each message. After 10 seconds, the chat shows a message as not sent.",
        unit: "seconds",
      },
      {
        name: "rotation",
        title: "API secret",
        about:
          "The portal keeps signing with its own secret. Old and new secret: both are valid; the portal has the old one. Old secret revoked: the portal still has the old one, so its tokens are refused. Glassix does not document whether two secrets can be valid at once.",
      },
    ],
  },
  {
    title: "Not documented",
    basis: "assumed",
    about: "Glassix does not document these. The first option is what the sandbox assumes.",
    settings: [
      {
        name: "refusedToken",
        title: "With a refused token, the chat",
        about: "Says why: shows the reason. Spins: as in required mode. Is anonymous: falls back to the cookie.",
      },
      {
        name: "expiryInChat",
        title: "A token that expires during a chat",
        about: "Ends the chat: every request is checked. Is not noticed: only the first request is.",
      },
      {
        name: "leeway",
        title: "Clock leeway",
        about: "How long exp may have passed, or nbf may lie ahead.",
        unit: "seconds",
      },
      {
        name: "longClaims",
        title: "Identity claims over 500 characters",
        about: "They make the token invalid, or are left out of details.identityTokenClaims.",
      },
      {
        name: "countedClaims",
        title: "What counts towards the 500 characters",
        about: "All: including field1 and the other fields. The portal stays within this stricter limit.",
      },
      {
        name: "laterFields",
        title: "field5 to field10 in a token",
        about: "A ticket has ten fields; only four are documented as claims.",
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
