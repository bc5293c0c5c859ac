const isDevelopment = process.env.NODE_ENV === "development";

/** The Content-Security-Policy of every page. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    // React needs eval in development.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    // The development tools of Next add inline styles.
    `style-src 'self' ${isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
  ].join("; ");
}
