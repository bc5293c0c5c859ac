const isDevelopment = process.env.NODE_ENV === "development";

const GLASSIX = "https://*.glassix.com https://*.glassix.net";

/** The Content-Security-Policy of every page. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    // React needs eval in development.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    // The development tools of Next add inline styles.
    `style-src 'self' ${GLASSIX} ${isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    `img-src 'self' data: blob: ${GLASSIX}`,
    `font-src 'self' ${GLASSIX}`,
    `media-src 'self' blob: ${GLASSIX}`,
    `connect-src 'self' ${GLASSIX} wss://*.glassix.com wss://*.glassix.net`,
    `frame-src ${GLASSIX}`,
    "object-src 'none'",
    "base-uri 'none'",
  ].join("; ");
}
