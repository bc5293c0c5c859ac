// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { watchRequests } from "./requests";

const IDENTITY_URL = "/api/glassix-identity";
const SIGN_OUT_PATHS = [
  "/logout",
  "/log-out",
  "/log_off",
  "/signout",
  "/api/auth/sign-out",
  "/api/trpc/auth.logout",
  "/logout.php",
  "/logout/all",
  "/Account/LogOff/",
  "/logout?returnTo=/",
  "/logout#now",
  "logout",
  `${location.origin}/logout`,
];
const OTHER_PATHS = [
  "/timesheets/7/sign-off",
  "/blogout",
  "/my-logout",
  "/log/out",
  "/log--out",
  "/logouts",
  "/login",
  "/?next=/logout",
  "/#/logout",
  "/api/session",
  "",
];
const OTHER_ORIGINS = [
  "https://other.example/logout",
  "//other.example/logout",
  "http://localhost:3001/logout",
  "data:text/plain,/logout",
  "http://[logout",
];

/** Everything that happened, in its order. */
const log: string[] = [];

/** The page's own fetch. Its responses are the test's. */
const send = vi.fn<typeof fetch>();
const settle = () => new Promise<void>((resolve) => setTimeout(resolve));

/** What the watch replaces. Nothing else restores it, because a page's watch never ends. */
const { prototype } = XMLHttpRequest;
const originals = { open: prototype.open, pushState: history.pushState };
const added: Parameters<typeof addEventListener>[] = [];

function sendXhr(method: string, url: string | URL): XMLHttpRequest {
  const request = new XMLHttpRequest();
  request.open(method, url, true, "user");
  request.send("body");
  return request;
}
const finish = (request: XMLHttpRequest) => request.dispatchEvent(new Event("loadend"));

function show(html: string): void {
  document.body.innerHTML = html;
  // The pages behind links and forms do not exist.
  document.body.addEventListener("click", (event) => event.preventDefault(), { capture: true });
}
const find = (selector: string) => document.querySelector<HTMLElement>(selector)!;
const click = (selector: string) =>
  find(selector).dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
const submit = (submitter: HTMLElement | null = null) =>
  find("form").dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter }));

beforeEach(() => {
  log.length = 0;
  send.mockReset().mockImplementation(async (input, init) => {
    const { method, url } = input instanceof Request ? input : { method: "GET", url: String(input) };
    log.push(`fetch ${init?.method ?? method} ${url}`);
    return new Response("the response");
  });
  vi.stubGlobal("fetch", send);
  prototype.open = (...args: unknown[]) => void log.push(["open", ...args].join(" "));
  vi.spyOn(prototype, "send").mockImplementation((body) => void log.push(`send ${body}`));
  history.pushState = (_data, _unused, url) => void log.push(`route ${url}`);

  const { addEventListener } = window;
  vi.spyOn(window, "addEventListener").mockImplementation((...args: Parameters<typeof addEventListener>) => {
    added.push(args);
    addEventListener(...args);
  });
  watchRequests({
    identityUrl: IDENTITY_URL,
    onSignOut: (isCertain) => log.push(`sign-out, ${isCertain ? "certain" : "uncertain"}`),
    onChange: () => log.push("change"),
  });
});
afterEach(() => {
  added.splice(0).forEach(([type, listener]) => window.removeEventListener(type, listener));
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  prototype.open = originals.open;
  history.pushState = originals.pushState;
  document.head.replaceChildren();
  document.body.replaceChildren();
});

describe("a sign-out", () => {
  const PATHS = SIGN_OUT_PATHS.map((path) => ["POST", path]);
  const SESSIONS = ["/api/session", "/auth/session/", "/API/Session"].map((path) => ["DELETE", path]);

  it.each([...PATHS, ...SESSIONS])("G7: ends the chat before it is sent, by fetch (%s %s)", async (method, path) => {
    await fetch(path!, { method });
    await settle();
    expect(log).toEqual(["sign-out, uncertain", `fetch ${method} ${path}`, "change"]);
  });

  it.each([...PATHS, ...SESSIONS])("G7: ends the chat before it is sent, by XMLHttpRequest (%s %s)", (method, path) => {
    const request = sendXhr(method!, path!);
    expect(log).toEqual(["sign-out, uncertain", `open ${method} ${path} true user`, "send body"]);
    finish(request);
    finish(request);
    expect(log.slice(3)).toEqual(["change"]);
  });

  it.each(SIGN_OUT_PATHS)("G7: ends the chat when a form is sent to %s, also by a button's own address", (path) => {
    show(`<form method="post" action="${path}"></form>`);
    submit();
    expect(log).toEqual(["sign-out, uncertain"]);
    show(`<form method="post" action="/portal"><button formaction="${path}"></button></form>`);
    submit(find("button"));
    expect(log).toEqual(["sign-out, uncertain", "sign-out, uncertain"]);
  });

  it.each(SIGN_OUT_PATHS)("G7: is uncertain when a link is clicked that leads to %s", (path) => {
    show(`<a href="${path}"><svg></svg> Sign out</a>`);
    click("svg");
    expect(log).toEqual(["sign-out, uncertain"]);
  });

  it.each([...OTHER_PATHS, ...OTHER_ORIGINS])("is not what leads to %s", async (path) => {
    await fetch(path, { method: "POST" });
    finish(sendXhr("POST", path));
    show(`<form method="post" action="${path}"><button></button></form><a href="${path}">A link</a>`);
    submit();
    submit(find("button"));
    click("a");
    expect(log.filter((entry) => entry.startsWith("sign-out"))).toEqual([]);
  });

  it("is not a form that the page sends in another way, or whose button has another address", () => {
    show('<form method="post" action="/logout"><button formaction="/portal"></button></form>');
    submit(find("button"));
    find("form").addEventListener("submit", (event) => event.preventDefault());
    submit();
    expect(log).toEqual([]);
  });

  it("is not a click elsewhere, nor on a link without an address", () => {
    show("<a>Sign out</a><p>Text</p>");
    for (const selector of ["a", "p", "body"]) click(selector);
    document.dispatchEvent(new Event("click"));
    dispatchEvent(new Event("click"));
    expect(log).toEqual([]);
  });

  it.each([
    ["the marked button", "<button id=it data-ends-chat>Sign out</button>"],
    ["what is inside it", "<button data-ends-chat><svg id=it></svg></button>"],
    ["the button of a server action that it surrounds", "<div data-ends-chat><form><button id=it></form></div>"],
    ["a link inside it", "<div data-ends-chat><a id=it href=/auth/end>Sign out</a></div>"],
    ["a marked link", '<a id=it data-ends-chat href="/auth/end">Sign out</a>'],
  ])("G7: is certain when data-ends-chat is clicked: %s", (_, html) => {
    show(`${html}<button id=other>Save</button>`);
    // A menu, for example, may keep clicks to itself.
    document.body.addEventListener("click", (event) => event.stopPropagation());
    click("#other");
    click("#it");
    expect(log).toEqual(["sign-out, certain"]);
  });
});

describe("a request by fetch", () => {
  it.each<[string, () => Parameters<typeof fetch>]>([
    ["a URL", () => [new URL("/logout", location.origin), { method: "POST" }]],
    ["a Request", () => [new Request(`${location.origin}/logout`, { method: "POST" })]],
    ["a Request whose method is overridden", () => [new Request(`${location.origin}/logout`), { method: "POST" }]],
    ["a method in small letters", () => ["/logout", { method: "post" }]],
  ])("G7: is recognised with %s, and passed on as it is", async (_, createArguments) => {
    const args = createArguments();
    await fetch(...args);
    await settle();
    expect(log).toEqual(["sign-out, uncertain", expect.stringMatching(/^fetch post .*logout$/i), "change"]);
    expect(send.mock.calls[0]![0]).toBe(args[0]);
    expect(send.mock.calls[0]![1]).toBe(args[1]);
  });

  it("G7: is recognised with a path that is relative to the page's base", async () => {
    document.head.innerHTML = '<base href="/auth/portal/">';
    await fetch("help", { method: "POST" });
    expect(log).not.toContain("sign-out, uncertain");
    await fetch("../logout", { method: "POST" });
    expect(log).toContain("sign-out, uncertain");
  });

  it.each(["POST", "PUT", "PATCH", "DELETE"])("is noted as a change when a %s has its response", async (method) => {
    let respond: (response: Response) => void = () => {};
    send.mockReturnValue(new Promise((resolve) => (respond = resolve)));
    const pending = fetch("/api/basket", { method });
    await settle();
    expect(log).toEqual([]);
    const response = new Response("the response", { status: 418 });
    respond(response);
    expect(await pending).toBe(response);
    await settle();
    expect(log).toEqual(["change"]);
    expect(await response.text()).toBe("the response");
  });

  it.each([[undefined], [null], [Symbol("not a URL")]])("leaves it to the browser to refuse %s", async (input) => {
    const error = new TypeError("refused");
    send.mockRejectedValue(error);
    await expect(fetch(input as never)).rejects.toBe(error);
    await expect(fetch("/portal", { method: input as never })).rejects.toBe(error);
  });

  it("is noted as a change when it fails, and hands the error to the caller only", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    const error = new TypeError("offline");
    send.mockRejectedValue(error);
    await expect(fetch("/api/basket", { method: "POST" })).rejects.toBe(error);
    await settle();
    expect(log).toEqual(["change"]);
    expect(unhandled).not.toHaveBeenCalled();
    process.off("unhandledRejection", unhandled);
  });
});

describe("what may change the session", () => {
  it.each([
    ...["GET", "HEAD", "OPTIONS", "get"].map((method) => [method, "/logout"]),
    ...OTHER_ORIGINS.map((url) => ["POST", url]),
    ["POST", IDENTITY_URL],
  ])("is not a %s to %s", async (method, url) => {
    await fetch(url!, method === "GET" ? undefined : { method });
    finish(sendXhr(method!, url!));
    await settle();
    expect(log).toEqual([`fetch ${method} ${url}`, `open ${method} ${url} true user`, "send body"]);
  });

  it("is an XMLHttpRequest, once it has ended", () => {
    const request = sendXhr("put", "/api/basket");
    expect(log).toEqual(["open put /api/basket true user", "send body"]);
    finish(request);
    expect(log.slice(2)).toEqual(["change"]);
  });

  it("G7: is a new route, once the page has it, and a step back", () => {
    history.pushState(null, "", "/login");
    expect(log).toEqual(["route /login", "change"]);
    dispatchEvent(new Event("popstate"));
    expect(log.slice(2)).toEqual(["change"]);
  });
});
