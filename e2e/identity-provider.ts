import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import Provider, { type Context } from "oidc-provider";
import MemoryAdapter from "oidc-provider/lib/adapters/memory_adapter.js";

/** An account at the provider. It is read at each sign-in, so tests may change it at any time. */
export type ProviderAccount = { sub: string; email?: string; email_verified?: boolean } & Record<string, unknown>;

export type IdentityProvider = {
  issuer: string;
  /** Creates an account whose login name is its `sub`. */
  addAccount(claims?: Partial<ProviderAccount>): ProviderAccount;
  /** Makes it respond, refuse connections ("down"), or accept them without responding ("silent"). */
  setState(state: "up" | "silent" | "down"): Promise<void>;
};

type Settings = {
  /** Where it listens. The host differs from the portal's, so that they do not share cookies. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  postLogoutRedirectUri: string;
};

// A subclass, because the package warns about data loss when its own class is used. Here the loss is intended.
class Storage extends MemoryAdapter {}

/** Starts a certified OpenID Connect provider with its own login page. It requires PKCE, and puts no email into ID tokens. */
export async function startIdentityProvider(settings: Settings): Promise<IdentityProvider> {
  const { issuer, clientId, clientSecret, redirectUri, postLogoutRedirectUri } = settings;
  const accounts = new Map<string, ProviderAccount>();
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const hour = () => 3600;

  const provider = new Provider(issuer, {
    adapter: Storage,
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        post_logout_redirect_uris: [postLogoutRedirectUri],
      },
    ],
    cookies: { keys: [randomUUID()] },
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "of the tests", use: "sig", alg: "RS256" }] },
    pkce: { required: () => true },
    claims: { email: ["email", "email_verified"], profile: ["name", "given_name", "family_name"] },
    ttl: { AccessToken: hour, IdToken: hour, Interaction: hour, Session: hour, Grant: hour },
    findAccount: (_: Context, sub: string) => ({ accountId: sub, claims: () => accounts.get(sub) }),
    interactions: { url: (_: Context, { uid }: { uid: string }) => `/interaction/${uid}` },
    // Skips the consent page.
    async loadExistingGrant({ oidc }: Context) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope(oidc.params.scope);
      await grant.save();
      return grant;
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(context: Context, form: string) {
          context.body = page(
            `${form}<button form="op.logoutForm" name="logout" value="yes">End the session at the provider</button>`,
          );
        },
      },
    },
    renderError(context: Context, out: Record<string, string>) {
      context.type = "html";
      context.body = page(`<p>${out.error}: ${out.error_description}</p>`);
    },
  });

  async function handleInteraction(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(request.method === "POST" ? await text(request) : "");
    await provider.interactionDetails(request, response);
    const accountId = form.get("account") ?? "";
    if (form.get("choice") === "cancel")
      return provider.interactionFinished(request, response, { error: "access_denied" });
    if (accounts.has(accountId)) return provider.interactionFinished(request, response, { login: { accountId } });
    response.setHeader("Content-Type", "text/html").end(
      page(`<form method="post">
        <label>Account <input name="account"></label>
        <button name="choice" value="login">Log in at the provider</button>
        <button name="choice" value="cancel">Cancel at the provider</button>
      </form>`),
    );
  }

  let isSilent = false;
  const handleRequest = provider.callback();
  const server = createServer((request, response) => {
    if (isSilent) return;
    if (!request.url!.startsWith("/interaction/")) return handleRequest(request, response);
    handleInteraction(request, response).catch((error) => response.writeHead(400).end(String(error)));
  });
  const { hostname, port } = new URL(issuer);
  const identityProvider: IdentityProvider = {
    issuer,
    addAccount(claims = {}) {
      const sub = randomUUID();
      const account = { sub, email: `${sub}@example.com`, given_name: "Sam", family_name: "Signon", ...claims };
      accounts.set(account.sub, account);
      return account;
    },
    async setState(state) {
      isSilent = state === "silent";
      if (state === "down") {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
      } else if (!server.listening) {
        await new Promise<void>((resolve) => server.listen(Number(port), hostname, resolve));
      }
    },
  };
  await identityProvider.setState("up");
  return identityProvider;
}

const page = (body: string) =>
  `<!doctype html><html lang="en"><title>The provider</title><link rel="icon" href="data:,"><body>${body}`;
