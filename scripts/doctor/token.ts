import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { Env } from "@/lib/env";
import { mintIdentityToken, MintError } from "@/lib/glassix/identity/mint";
import { inspectIdentityToken } from "@/app/sandbox/_lib/token/verify";
import { toIdentityClaims } from "@/lib/portal/identity-claims";
import { check, fail, ok, skip, type Check } from "./check";

/** Somebody with more to tell than a token can carry. If you change the mapping, change this with it. */
const CUSTOMER = {
  firstName: "Wilhelmina “Mina”",
  lastName: "Featherstonehaugh-Cholmondeley",
  plan: "premium",
  email: "wilhelmina.featherstonehaugh-cholmondeley@example.com",
  isEmailConfirmed: true,
  createdAt: new Date("2001-02-03T04:05:06Z"),
  policies: Array.from({ length: 20 }, (_, index) => ({ number: `HL-H-${204_800 + index}` })),
  openInsuranceClaims: Array.from({ length: 20 }, (_, index) => ({
    number: 1001 + index,
    title: 'Burst pipe, "kitchen"',
    state: "reviewing",
  })),
};

/**
 * Mints a token for nobody, with the department's key and secret and the portal's own mapping, and judges
 * it twice: by the list of rules, and by computing its signature anew with nothing of this project.
 */
export async function checkToken(env: Env | null): Promise<Check[]> {
  if (!env) {
    const nothing = skip("No token can be made with these variables.", "Mend the variables that fail first.");
    return [
      { name: "Identity token", ...nothing },
      { name: "Token's signature", ...nothing },
    ];
  }
  const { apiKey, apiSecret } = env.glassix;
  let identityToken = "";

  const rules = await check("Identity token", async () => {
    const uniqueIdentifier = randomUUID();
    try {
      const identity = await mintIdentityToken({
        uniqueIdentifier,
        apiKey,
        apiSecret,
        identityClaims: toIdentityClaims(CUSTOMER),
        lifetime: env.identityTtl,
        allowShortLifetime: env.isSandboxOn,
      });
      identityToken = identity.identityToken;
    } catch (error) {
      if (!(error instanceof MintError)) throw error;
      const [found = "", ...todo] = error.message.split(/(?<=\.) /);
      return fail(found, todo.join(" ") || "Mend lib/portal/identity-claims.ts.");
    }
    const inspection = await inspectIdentityToken(identityToken, { apiKey, apiSecrets: [apiSecret], uniqueIdentifier });
    if (!inspection.isToken) return fail(inspection.reason, "Mend lib/glassix/identity/mint.ts.");
    for (const verdict of ["fail", "warn"] as const) {
      for (const finding of inspection.findings)
        if (finding.verdict === verdict)
          return { status: verdict, found: `${finding.title}: ${finding.found}`, todo: finding.fix };
    }
    return ok(`minted for nobody; all ${inspection.findings.length} rules hold`);
  });

  const signature = await check("Token's signature", () => {
    const [header, payload, given = ""] = identityToken.split(".");
    if (!identityToken) return skip("There is no token.", "Mend the line above first.");
    const own = createHmac("sha256", Buffer.from(apiSecret, "utf8")).update(`${header}.${payload}`).digest();
    const isSame = own.length === Buffer.from(given, "base64url").length;
    if (!isSame || !timingSafeEqual(own, Buffer.from(given, "base64url")))
      return fail(
        "It is not HMAC-SHA256 with the UTF-8 bytes of the API secret.",
        "Mend lib/glassix/identity/mint.ts.",
      );
    return env.isSandboxOn
      ? ok("computed anew, with the sandbox's own secret")
      : ok("computed anew. Whether the secret is this department's, only Glassix knows");
  });
  return [rules, signature];
}
