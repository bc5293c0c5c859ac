import { isUuid } from "@/lib/glassix/identity/claims";

export type Secret = { name: string; value: string };

/** What must stay on the server: the secrets that these variables hold. */
export function listSecrets(source: Record<string, string | undefined>): Secret[] {
  const { GLASSIX_API_KEY, GLASSIX_API_SECRET, NEXTAUTH_SECRET, OIDC_CLIENT_SECRET, OTEL_EXPORTER_OTLP_HEADERS } =
    source;
  return [
    { name: "GLASSIX_API_SECRET", value: GLASSIX_API_SECRET },
    { name: "NEXTAUTH_SECRET", value: NEXTAUTH_SECRET },
    { name: "OIDC_CLIENT_SECRET", value: OIDC_CLIENT_SECRET },
    ...listHeaderValues(OTEL_EXPORTER_OTLP_HEADERS).map((value) => ({ name: "OTEL_EXPORTER_OTLP_HEADERS", value })),
    ...["DATABASE_URL", "DIRECT_DATABASE_URL"].flatMap((name) =>
      listPasswords(source[name]).map((value) => ({ name: `the password in ${name}`, value })),
    ),
    // The key is public. What stands in its place and is no UUID may be the secret.
    { name: "GLASSIX_API_KEY", value: isUuid(GLASSIX_API_KEY?.trim()) ? undefined : GLASSIX_API_KEY },
  ].flatMap(({ name, value }) => (value?.trim() ? [{ name, value: value.trim() }] : []));
}

/** A word, or a few characters, would be found everywhere. */
export const isLookedFor = ({ value }: Secret) => value.length >= 8 && !/^[a-z]+$/i.test(value);

/**
 * How a secret may stand in a file: as it is, inside JSON, in JSON inside JSON (Next's page data), in an
 * address, in HTML, as hexadecimal digits, and in base64, where the same bytes look different at each of
 * three positions.
 */
export function listForms(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    // The characters at both ends also hold bits of the neighbours.
    const end = (offset + bytes.length) % 3 === 0 ? text.length : text.length - 1;
    return text.slice(offset === 0 ? 0 : offset + 1, end);
  });
  return [
    ...new Set([
      value,
      json,
      JSON.stringify(json).slice(1, -1),
      encodeURIComponent(value),
      escapeHtml(value),
      bytes.toString("hex"),
      ...base64,
      ...base64.map((text) => text.replace(/\+/g, "-").replace(/\//g, "_")),
    ]),
  ];
}

/** The text without any of the secrets, for what comes from elsewhere: an error of the database, say. */
export function hideSecrets(text: string, secrets: Secret[]): string {
  return secrets
    .filter(isLookedFor)
    .flatMap(({ value }) => listForms(value))
    .reduce((hidden, form) => hidden.replaceAll(form, "…"), text);
}

/** A connection string that may be shown: without its password and its options, which may hold another. */
export function hidePassword(databaseUrl: string): string {
  const { protocol, username, password, host, pathname } = new URL(databaseUrl);
  return `${protocol}//${username}${password ? ":…" : ""}${username ? "@" : ""}${host}${pathname}`;
}

function listPasswords(databaseUrl = ""): string[] {
  if (!URL.canParse(databaseUrl)) return [databaseUrl];
  const { password, searchParams } = new URL(databaseUrl);
  const options = [...searchParams].filter(([name]) => /pass/i.test(name)).map(([, value]) => value);
  return [...new Set([password, decode(password), ...options])];
}

/** "api-key=abc,x=y": the whole, and each value by itself. */
function listHeaderValues(headers = ""): string[] {
  const values = headers.split(",").map((header) => header.slice(header.indexOf("=") + 1).trim());
  return [...new Set([headers, ...values, ...values.map(decode)])];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const escapeHtml = (text: string) =>
  text
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/'/g, "&#x27;");
