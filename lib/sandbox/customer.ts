import "server-only";
import { isUuid, type IdentityClaims } from "@/lib/identity/identity-claims";
import { verifyIdentityToken } from "@/lib/identity/verify";

/** Whose conversations a request may see: an identified customer's, or those of one browser. */
export type Customer =
  | { kind: "identified"; uniqueIdentifier: string; identityClaims: IdentityClaims }
  /** `visitorId` is null until the browser has sent its first message. */
  | { kind: "anonymous"; visitorId: string | null };

/** Why Glassix would not talk to this widget. The reason is a sentence for the developer, without the token. */
export type Refusal = { kind: "refused"; code: string; reason: string };

/** What the widget and the browser's cookie say of who is asking. Nothing of it is believed before it is checked. */
export type Credentials = {
  apiKey: string;
  uniqueIdentifier: string;
  /** Null when the page gave the widget no identity token. */
  identityToken: string | null;
  /** The value of the sandbox's own cookie. */
  visitorId: string | null;
};

export type Department = { apiKey: string; apiSecret: string; isIdentityRequired: boolean };

/**
 * Decides who is asking, as Glassix would. A token is verified each time, and a refused one never falls
 * back to the cookie: what Glassix does then is not documented, and silence would teach nothing.
 *
 * @param now the present, in seconds since 1970. Default: this machine's clock
 */
export async function identifyCustomer(
  credentials: Credentials,
  department: Department,
  now?: number,
): Promise<Customer | Refusal> {
  const { apiKey, uniqueIdentifier, identityToken, visitorId } = credentials;
  if (apiKey.toLowerCase() !== department.apiKey) {
    return refuse(
      "api-key",
      `The widget's apiKey is ${show(apiKey)}, but this department's is "${department.apiKey}".`,
    );
  }
  if (identityToken === null) {
    if (department.isIdentityRequired) {
      return refuse(
        "identity-required",
        "No identity token was given, and identity verification is required in this workspace.",
      );
    }
    // A unique identifier without a token vouches for nobody: anybody can write one into a page.
    return { kind: "anonymous", visitorId: isUuid(visitorId) ? visitorId : null };
  }
  if (uniqueIdentifier === "") {
    return refuse(
      "unique-identifier-missing",
      "The widget was given an identityToken but no uniqueIdentifier. Pass both, as the endpoint returned them.",
    );
  }
  const verdict = await verifyIdentityToken(identityToken, {
    ...department,
    uniqueIdentifier,
    now: now ?? Math.floor(Date.now() / 1000),
  });
  return verdict.ok
    ? { kind: "identified", uniqueIdentifier, identityClaims: verdict.identityClaims }
    : refuse(verdict.code, verdict.reason);
}

const refuse = (code: string, reason: string): Refusal => ({ kind: "refused", code, reason });
const show = (value: string) => (value === "" ? "missing" : JSON.stringify(value.slice(0, 80)));
