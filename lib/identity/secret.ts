import "server-only";

let last: { apiSecret: string; key: Promise<CryptoKey> } | undefined;

/** The API secret's UTF-8 bytes as a key that signs and verifies. The last one is kept: importing costs more than signing. */
export function importApiSecret(apiSecret: string): Promise<CryptoKey> {
  if (last?.apiSecret !== apiSecret) {
    const bytes = new TextEncoder().encode(apiSecret);
    last = {
      apiSecret,
      key: crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]),
    };
  }
  return last.key;
}
