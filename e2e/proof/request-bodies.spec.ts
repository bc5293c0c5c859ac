import { expect, test } from "@playwright/test";
import { JOHN } from "../fixtures";
import { sendRaw, type RawRequest } from "./send-raw";
import { SANDBOX_PORTAL } from "../servers";

const ADDRESSES = ["/", "/login", "/register", "/portal/claims/new", "/nowhere", "/api/nowhere", "/x.js"];
const MULTIPART = "multipart/form-data; boundary=x";
const FORMS: [string, string][][] = [
  [["Content-Type", MULTIPART]],
  [
    ["Content-Type", MULTIPART],
    ["Next-Action", "0".repeat(42)],
  ],
  [
    ["Content-Type", "text/plain;charset=UTF-8"],
    ["Next-Action", "0".repeat(42)],
  ],
  [["Content-Type", "application/x-www-form-urlencoded"]],
  [["Content-Type", "application/json"]],
  [["Content-Type", "application/octet-stream"]],
  [],
];
const part = (name: string, value: string) =>
  `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

/** Next refuses what is larger than `bodySizeLimit`, often with status 500. 0: it closed the connection. */
const REFUSED_BY_NEXT = [409, 413, 500, 0];

/** The same body, chunked and without a length. */
function inChunks(body: string): Pick<RawRequest, "body" | "headers"> {
  const pieces = body.match(/[^]{1,16000}/g) ?? [];
  const chunks = pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`);
  return { body: `${chunks.join("")}0\r\n\r\n`, headers: [["Transfer-Encoding", "chunked"]] };
}

const post = async (path: string, headers: [string, string][], body: string, isChunked = false) => {
  const sent = isChunked ? inChunks(body) : { body, headers: [] };
  return (
    await sendRaw(
      { method: "POST", path, body: sent.body, headers: [...headers, ...(sent.headers ?? [])] },
      SANDBOX_PORTAL,
    )
  ).status;
};

test("every page refuses a body of more than 64 kB that declares its length", async () => {
  test.setTimeout(120_000);
  for (const size of [66_000, 200_000, 3_000_000])
    for (const path of ADDRESSES)
      for (const headers of FORMS)
        expect(
          // 0: the connection was closed while the body was still being sent.
          [413, 0],
          `${size} ${path} ${JSON.stringify(headers)}`,
        ).toContain(await post(path, headers, part("email", "a".repeat(size))));
});

test("a chunked body of more than 64 kB runs no server action, and pages do not read it", async () => {
  test.setTimeout(120_000);
  for (const size of [66_000, 200_000, 3_000_000])
    for (const path of ADDRESSES)
      for (const headers of FORMS) {
        const isAction = headers.some(([name, value]) => name === "Next-Action" || value === MULTIPART);
        expect(isAction ? REFUSED_BY_NEXT : [200, 307, 404], `${size} ${path} ${JSON.stringify(headers)}`).toContain(
          await post(path, headers, part("email", "a".repeat(size)), true),
        );
      }
});

test("a form of ordinary size is accepted, chunked or not", async () => {
  for (const isChunked of [false, true])
    for (const size of [0, 10_000, 60_000]) {
      const status = await post("/login", FORMS[0]!, `${part("email", "a".repeat(size))}--x--\r\n`, isChunked);
      // No action is named: Next renders the page, or refuses the call.
      expect([200, 400], `${size} ${isChunked}`).toContain(status);
    }
});

test("multipart bodies with thousands of parts or huge headers are refused", async () => {
  const parts = Array.from({ length: 20_000 }, (_, index) => part(`f${index}`, "1")).join("");
  const header = `--x\r\nX-A: ${"a".repeat(60_000)}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n`;
  for (const isChunked of [false, true]) {
    expect(isChunked ? REFUSED_BY_NEXT : [413, 0]).toContain(
      await post("/login", FORMS[0]!, `${parts}--x--\r\n`, isChunked),
    );
    expect([200, 400, 413, 500]).toContain(await post("/login", FORMS[0]!, header, isChunked));
  }
  // The server still responds.
  expect((await fetch(`${SANDBOX_PORTAL}/login`)).status).toBe(200);
});

test("G13: many large bodies at once keep nobody from signing in", async ({ page }) => {
  test.setTimeout(120_000);
  const body = part("email", "a".repeat(3_000_000));
  const floods = Array.from({ length: 60 }, (_, index) => post("/login", FORMS[index % 2]!, body, index % 3 > 0));
  await page.goto("/login");
  await page.getByLabel("Email").fill(JOHN.email);
  await page.getByLabel("Password").fill("Portal-demo-1");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL("**/portal");
  for (const status of await Promise.all(floods)) expect(REFUSED_BY_NEXT).toContain(status);
});
