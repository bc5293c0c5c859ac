import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import Provider, { type Context } from "oidc-provider";
import MemoryAdapter from "oidc-provider/lib/adapters/memory_adapter.js";

/** Somebody at the provider. Change what it says of them at any time: it is read at each sign-in. */
export type ProviderAccount = { sub: string; email?: string; email_verified?: boolean } & Record<string, unknown>;

export type IdentityProvider = {
  issuer: string;
  /** Makes somebody who can log in there with the `sub` as their name. */
  addAccount(claims?: Partial<ProviderAccount>): ProviderAccount;
  /** Whether it answers, refuses connections, or takes them and is silent. */
  become(state: "up" | "silent" | "down"): Promise<void>;
};

type Settings = {
  /** Where it listens. Another host than the portal's, so that neither sees the other's cookies. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  postLogoutRedirectUri: string;
};

// Made by a class of our own: with its own one, the package warns that everything is lost at its end. So it shall be.
class Storage extends MemoryAdapter {}

/** A real OpenID Connect provider, as certified, with a log-in page of its own. It asks for PKCE, and puts no e-mail into its ID tokens. */
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
    // Nobody is asked for consent.
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

  async function answerInteraction(request: IncomingMessage, response: ServerResponse): Promise<void> {
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
  const answer = provider.callback();
  const server = createServer((request, response) => {
    if (isSilent) return;
    if (!request.url!.startsWith("/interaction/")) return answer(request, response);
    answerInteraction(request, response).catch((error) => response.writeHead(400).end(String(error)));
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
    async become(state) {
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
  await identityProvider.become("up");
  return identityProvider;
}

const page = (body: string) =>
  `<!doctype html><html lang="en"><title>The provider</title><link rel="icon" href="data:,"><body>${body}`;
