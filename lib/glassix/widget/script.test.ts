// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WidgetConstructor } from "./client";
import { createScriptLoader } from "./script";

const FIRST = "https://cdn.example/widget.js";
const SECOND = "https://second-cdn.example/widget.js";
const ID = "glassix-widget-script";

/** Every tag that was put into the page, in order. */
let tags: HTMLScriptElement[];

const newConstructor = () => class {} as unknown as WidgetConstructor;
const settle = () => vi.advanceTimersByTimeAsync(0);
const urls = () => tags.map(({ src }) => src);
const tagsInPage = () => [...document.querySelectorAll<HTMLScriptElement>(`#${ID}`)];

const createLoader = ({ urls = [FIRST, SECOND], nonce = "" } = {}) => createScriptLoader({ urls, nonce });

/** The newest tag's file has come and has run. It leaves `constructor` behind, if anything. */
async function arrive(constructor?: unknown) {
  if (constructor) globalThis.GlassixWidgetClient = constructor as WidgetConstructor;
  tags.at(-1)!.dispatchEvent(new Event("load"));
  await settle();
}

async function fail() {
  tags.at(-1)!.dispatchEvent(new Event("error"));
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers();
  tags = [];
  const append = document.head.append.bind(document.head);
  vi.spyOn(document.head, "append").mockImplementation((tag) => {
    // Of no type that happy-dom would fetch: what becomes of it is the test's to say.
    (tag as HTMLScriptElement).type = "held";
    append(tag);
    tags.push(tag as HTMLScriptElement);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  document.head.replaceChildren();
  delete globalThis.GlassixWidgetClient;
});

describe("the addresses", () => {
  it("uses the first, and leaves the second alone", async () => {
    const loading = createLoader().load();
    const constructor = newConstructor();
    await arrive(constructor);
    expect(await loading).toBe(constructor);
    expect(urls()).toEqual([FIRST]);
  });

  it("G10: uses the second when the first fails", async () => {
    const loading = createLoader().load();
    await fail();
    const constructor = newConstructor();
    await arrive(constructor);
    expect(await loading).toBe(constructor);
    expect(urls()).toEqual([FIRST, SECOND]);
  });

  it("G10: uses the second when the first has been silent for 8 seconds, and not before", async () => {
    const loading = createLoader().load();
    await vi.advanceTimersByTimeAsync(7_999);
    expect(urls()).toEqual([FIRST]);
    await vi.advanceTimersByTimeAsync(1);
    expect(urls()).toEqual([FIRST, SECOND]);
    const constructor = newConstructor();
    await arrive(constructor);
    expect(await loading).toBe(constructor);
  });

  it("G10: uses the second when the first leaves no constructor, as a blocker's empty file", async () => {
    const loading = createLoader().load();
    await arrive();
    expect(urls()).toEqual([FIRST, SECOND]);
    const constructor = newConstructor();
    await arrive(constructor);
    expect(await loading).toBe(constructor);
  });

  it("G10: does not take for a constructor what is none", async () => {
    const loading = createLoader().load();
    await arrive({});
    expect(urls()).toEqual([FIRST, SECOND]);
    const constructor = newConstructor();
    await arrive(constructor);
    expect(await loading).toBe(constructor);
  });

  it("G10: says which addresses have failed when all have", async () => {
    const failure = createLoader()
      .load()
      .catch((error: unknown) => error);
    await fail();
    await fail();
    expect(await failure).toBeInstanceOf(Error);
    expect(((await failure) as Error).message).toContain(FIRST);
    expect(((await failure) as Error).message).toContain(SECOND);
  });

  it("G10: begins with the first again after all have failed", async () => {
    const loader = createLoader();
    const failure = expect(loader.load()).rejects.toThrow("No widget script");
    await fail();
    await fail();
    await failure;

    const loading = loader.load();
    expect(urls()).toEqual([FIRST, SECOND, FIRST]);
    const constructor = newConstructor();
    await arrive(constructor);
    expect(await loading).toBe(constructor);
  });

  it("does not hang a page that names none", async () => {
    await expect(createLoader({ urls: [] }).load()).rejects.toThrow("No widget script");
    expect(tags).toEqual([]);
  });
});

describe("once per page", () => {
  it("lets all who ask at the same time share one loading", async () => {
    const loader = createLoader();
    const loadings = [loader.load(), loader.load()];
    await settle();
    loadings.push(loader.load());
    expect(urls()).toEqual([FIRST]);
    const constructor = newConstructor();
    await arrive(constructor);
    expect(await Promise.all(loadings)).toEqual([constructor, constructor, constructor]);
    expect(urls()).toEqual([FIRST]);
  });

  it("lets all who ask at the same time share one failure, and each address is tried once", async () => {
    const loader = createLoader();
    const failures = [loader.load(), loader.load()].map((loading) =>
      expect(loading).rejects.toThrow("No widget script"),
    );
    await fail();
    await fail();
    await Promise.all(failures);
    expect(urls()).toEqual([FIRST, SECOND]);
  });

  it("never adds another tag once it is loaded", async () => {
    const loader = createLoader();
    const loading = loader.load();
    const constructor = newConstructor();
    await arrive(constructor);
    await loading;
    expect(await loader.load()).toBe(constructor);
    expect(await createLoader().load()).toBe(constructor);
    expect(urls()).toEqual([FIRST]);
  });

  it("uses what the page has already, without any tag", async () => {
    const constructor = newConstructor();
    globalThis.GlassixWidgetClient = constructor;
    expect(await createLoader().load()).toBe(constructor);
    expect(tags).toEqual([]);
  });
});

describe("a constructor that makes no widget", () => {
  it("makes the next load go on with the next address", async () => {
    const loader = createLoader();
    const first = loader.load();
    await arrive(newConstructor());
    loader.reject(await first);

    const second = loader.load();
    expect(urls()).toEqual([FIRST, SECOND]);
    const constructor = newConstructor();
    await arrive(constructor);
    expect(await second).toBe(constructor);
  });

  it("counts as a failure when no address is left, and the load after that starts over", async () => {
    const loader = createLoader();
    const first = loader.load();
    await arrive(newConstructor());
    loader.reject(await first);
    const second = loader.load();
    await arrive(newConstructor());
    loader.reject(await second);
    await expect(loader.load()).rejects.toThrow("No widget script");
    expect(urls()).toEqual([FIRST, SECOND]);

    const third = loader.load();
    expect(urls()).toEqual([FIRST, SECOND, FIRST]);
    const constructor = newConstructor();
    await arrive(constructor);
    expect(await third).toBe(constructor);
  });

  it("is not taken again when the next address leaves it in place", async () => {
    const loader = createLoader();
    const rejected = newConstructor();
    globalThis.GlassixWidgetClient = rejected;
    loader.reject(await loader.load());
    const failure = expect(loader.load()).rejects.toThrow("No widget script");
    await arrive();
    await arrive();
    await failure;
    expect(urls()).toEqual([FIRST, SECOND]);
  });
});

describe("the tag", () => {
  it("carries the page's nonce, at every address", async () => {
    void createLoader({ nonce: "bm9uY2U" }).load();
    await fail();
    expect(tags.map(({ nonce }) => nonce)).toEqual(["bm9uY2U", "bm9uY2U"]);
  });

  it("has the id of the published snippet, and is the only one in the page that has it", async () => {
    const loader = createLoader();
    const failure = expect(loader.load()).rejects.toThrow("No widget script");
    expect(tagsInPage()).toEqual([tags[0]]);
    await fail();
    expect(tagsInPage()).toEqual([tags[1]]);
    await fail();
    await failure;
    void loader.load();
    expect(tagsInPage()).toEqual([tags[2]]);
  });

  it("takes the place of one whose file left a constructor that makes no widget", async () => {
    const loader = createLoader();
    const loading = loader.load();
    await arrive(newConstructor());
    expect(tagsInPage()).toEqual([tags[0]]);
    loader.reject(await loading);
    void loader.load();
    expect(tagsInPage()).toEqual([tags[1]]);
  });

  it("belongs to another document once its time is over, so that it never runs in this page", async () => {
    void createLoader().load();
    await vi.advanceTimersByTimeAsync(8_000);
    expect(tags[0]!.ownerDocument).not.toBe(document);
    expect(document.contains(tags[0]!)).toBe(false);
    expect(tags[1]!.ownerDocument).toBe(document);
  });

  it("stays in the page when its file has come in time, however much time passes afterwards", async () => {
    const loading = createLoader().load();
    await arrive(newConstructor());
    await loading;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(tagsInPage()).toEqual([tags[0]]);
  });
});

describe("a script that the page's own snippet has put there", () => {
  /** What the published snippet puts before the page's first script. */
  function addSnippetScript(): HTMLScriptElement {
    const script = document.createElement("script");
    script.id = ID;
    // Of no type that happy-dom would fetch.
    script.type = "held";
    script.src = FIRST;
    document.head.prepend(script);
    return script;
  }

  it("is used when it comes, and not loaded twice", async () => {
    const foreign = addSnippetScript();
    const loading = createLoader().load();
    const constructor = newConstructor();
    globalThis.GlassixWidgetClient = constructor;
    foreign.dispatchEvent(new Event("load"));
    expect(await loading).toBe(constructor);
    expect(urls()).toEqual([]);
  });

  it("is used when it has come before", async () => {
    addSnippetScript();
    const constructor = (globalThis.GlassixWidgetClient = newConstructor());
    expect(await createLoader().load()).toBe(constructor);
    expect(urls()).toEqual([]);
  });

  it.each([
    ["fails", (foreign: HTMLScriptElement) => foreign.dispatchEvent(new Event("error"))],
    ["leaves no widget behind", (foreign: HTMLScriptElement) => foreign.dispatchEvent(new Event("load"))],
    ["says nothing for 8 seconds", () => vi.advanceTimersByTimeAsync(8_000)],
  ])("G10: is given up when it %s", async (_, happen) => {
    const foreign = addSnippetScript();
    const loading = createLoader().load();
    await happen(foreign);
    await settle();
    expect(urls()).toEqual([FIRST]);
    expect(tagsInPage()).toEqual(tags);
    const constructor = newConstructor();
    await arrive(constructor);
    expect(await loading).toBe(constructor);
  });

  it("is no reason to wait when it is no script", async () => {
    const element = document.createElement("div");
    element.id = ID;
    document.head.append(element);
    tags = [];
    void createLoader().load();
    expect(urls()).toEqual([FIRST]);
  });
});
