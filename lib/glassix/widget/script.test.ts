// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WidgetConstructor } from "./client";
import { createScriptLoader } from "./script";

const FIRST = "https://cdn.example/widget.js";
const SECOND = "https://second-cdn.example/widget.js";
const ID = "glassix-widget-script";

/** Every tag that was added to the page, in order. */
let tags: HTMLScriptElement[];

const newConstructor = () => class {} as unknown as WidgetConstructor;
const settle = () => vi.advanceTimersByTimeAsync(0);
const urls = () => tags.map(({ src }) => src);
const tagsInPage = () => [...document.querySelectorAll<HTMLScriptElement>(`#${ID}`)];

const createLoader = ({ urls = [FIRST, SECOND], nonce = "" } = {}) => createScriptLoader({ urls, nonce });

/** Simulates that the newest tag's file has run, and has defined `constructor` if there is one. */
async function finishLoading(constructor?: unknown) {
  if (constructor) globalThis.GlassixWidgetClient = constructor as WidgetConstructor;
  tags.at(-1)!.dispatchEvent(new Event("load"));
  await settle();
}

async function failLoading() {
  tags.at(-1)!.dispatchEvent(new Event("error"));
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers();
  tags = [];
  const append = document.head.append.bind(document.head);
  vi.spyOn(document.head, "append").mockImplementation((tag) => {
    // A type that happy-dom does not fetch: the test decides what happens.
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
    await finishLoading(constructor);
    expect(await loading).toBe(constructor);
    expect(urls()).toEqual([FIRST]);
  });

  it("G10: uses the second when the first fails", async () => {
    const loading = createLoader().load();
    await failLoading();
    const constructor = newConstructor();
    await finishLoading(constructor);
    expect(await loading).toBe(constructor);
    expect(urls()).toEqual([FIRST, SECOND]);
  });

  it("G10: uses the second when the first has not responded for 8 seconds, and not before", async () => {
    const loading = createLoader().load();
    await vi.advanceTimersByTimeAsync(7_999);
    expect(urls()).toEqual([FIRST]);
    await vi.advanceTimersByTimeAsync(1);
    expect(urls()).toEqual([FIRST, SECOND]);
    const constructor = newConstructor();
    await finishLoading(constructor);
    expect(await loading).toBe(constructor);
  });

  it("G10: uses the second when the first defines no constructor, like a blocker's empty file", async () => {
    const loading = createLoader().load();
    await finishLoading();
    expect(urls()).toEqual([FIRST, SECOND]);
    const constructor = newConstructor();
    await finishLoading(constructor);
    expect(await loading).toBe(constructor);
  });

  it("G10: uses the second when the first defines something that is not a constructor", async () => {
    const loading = createLoader().load();
    await finishLoading({});
    expect(urls()).toEqual([FIRST, SECOND]);
    const constructor = newConstructor();
    await finishLoading(constructor);
    expect(await loading).toBe(constructor);
  });

  it("G10: names the addresses when all have failed", async () => {
    const failure = createLoader()
      .load()
      .catch((error: unknown) => error);
    await failLoading();
    await failLoading();
    expect(await failure).toBeInstanceOf(Error);
    expect(((await failure) as Error).message).toContain(FIRST);
    expect(((await failure) as Error).message).toContain(SECOND);
  });

  it("G10: starts with the first again after all have failed", async () => {
    const loader = createLoader();
    const failure = expect(loader.load()).rejects.toThrow("No widget script");
    await failLoading();
    await failLoading();
    await failure;

    const loading = loader.load();
    expect(urls()).toEqual([FIRST, SECOND, FIRST]);
    const constructor = newConstructor();
    await finishLoading(constructor);
    expect(await loading).toBe(constructor);
  });

  it("fails at once when there are none", async () => {
    await expect(createLoader({ urls: [] }).load()).rejects.toThrow("No widget script");
    expect(tags).toEqual([]);
  });
});

describe("loading once per page", () => {
  it("shares one load between concurrent callers", async () => {
    const loader = createLoader();
    const loadings = [loader.load(), loader.load()];
    await settle();
    loadings.push(loader.load());
    expect(urls()).toEqual([FIRST]);
    const constructor = newConstructor();
    await finishLoading(constructor);
    expect(await Promise.all(loadings)).toEqual([constructor, constructor, constructor]);
    expect(urls()).toEqual([FIRST]);
  });

  it("shares one failure between concurrent callers, and tries each address once", async () => {
    const loader = createLoader();
    const failures = [loader.load(), loader.load()].map((loading) =>
      expect(loading).rejects.toThrow("No widget script"),
    );
    await failLoading();
    await failLoading();
    await Promise.all(failures);
    expect(urls()).toEqual([FIRST, SECOND]);
  });

  it("adds no other tag once the script is loaded", async () => {
    const loader = createLoader();
    const loading = loader.load();
    const constructor = newConstructor();
    await finishLoading(constructor);
    await loading;
    expect(await loader.load()).toBe(constructor);
    expect(await createLoader().load()).toBe(constructor);
    expect(urls()).toEqual([FIRST]);
  });

  it("uses a constructor that the page already has, without adding a tag", async () => {
    const constructor = newConstructor();
    globalThis.GlassixWidgetClient = constructor;
    expect(await createLoader().load()).toBe(constructor);
    expect(tags).toEqual([]);
  });
});

describe("a rejected constructor", () => {
  it("makes the next load use the next address", async () => {
    const loader = createLoader();
    const first = loader.load();
    await finishLoading(newConstructor());
    loader.reject(await first);

    const second = loader.load();
    expect(urls()).toEqual([FIRST, SECOND]);
    const constructor = newConstructor();
    await finishLoading(constructor);
    expect(await second).toBe(constructor);
  });

  it("counts as a failure when no address is left, and the load after that starts over", async () => {
    const loader = createLoader();
    const first = loader.load();
    await finishLoading(newConstructor());
    loader.reject(await first);
    const second = loader.load();
    await finishLoading(newConstructor());
    loader.reject(await second);
    await expect(loader.load()).rejects.toThrow("No widget script");
    expect(urls()).toEqual([FIRST, SECOND]);

    const third = loader.load();
    expect(urls()).toEqual([FIRST, SECOND, FIRST]);
    const constructor = newConstructor();
    await finishLoading(constructor);
    expect(await third).toBe(constructor);
  });

  it("is not used again when the next address leaves it in place", async () => {
    const loader = createLoader();
    const rejected = newConstructor();
    globalThis.GlassixWidgetClient = rejected;
    loader.reject(await loader.load());
    const failure = expect(loader.load()).rejects.toThrow("No widget script");
    await finishLoading();
    await finishLoading();
    await failure;
    expect(urls()).toEqual([FIRST, SECOND]);
  });
});

describe("the tag", () => {
  it("has the page's nonce at every address", async () => {
    void createLoader({ nonce: "bm9uY2U" }).load();
    await failLoading();
    expect(tags.map(({ nonce }) => nonce)).toEqual(["bm9uY2U", "bm9uY2U"]);
  });

  it("has the published snippet's id, and is the only element with it", async () => {
    const loader = createLoader();
    const failure = expect(loader.load()).rejects.toThrow("No widget script");
    expect(tagsInPage()).toEqual([tags[0]]);
    await failLoading();
    expect(tagsInPage()).toEqual([tags[1]]);
    await failLoading();
    await failure;
    void loader.load();
    expect(tagsInPage()).toEqual([tags[2]]);
  });

  it("replaces the tag whose constructor was rejected", async () => {
    const loader = createLoader();
    const loading = loader.load();
    await finishLoading(newConstructor());
    expect(tagsInPage()).toEqual([tags[0]]);
    loader.reject(await loading);
    void loader.load();
    expect(tagsInPage()).toEqual([tags[1]]);
  });

  it("moves to another document after the timeout, so that it never runs in this page", async () => {
    void createLoader().load();
    await vi.advanceTimersByTimeAsync(8_000);
    expect(tags[0]!.ownerDocument).not.toBe(document);
    expect(document.contains(tags[0]!)).toBe(false);
    expect(tags[1]!.ownerDocument).toBe(document);
  });

  it("stays in the page once its file has loaded in time", async () => {
    const loading = createLoader().load();
    await finishLoading(newConstructor());
    await loading;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(tagsInPage()).toEqual([tags[0]]);
  });
});

describe("a script tag added by the page's own snippet", () => {
  /** Adds the tag as the published snippet does. */
  function addSnippetScript(): HTMLScriptElement {
    const script = document.createElement("script");
    script.id = ID;
    // A type that happy-dom does not fetch.
    script.type = "held";
    script.src = FIRST;
    document.head.prepend(script);
    return script;
  }

  it("is used once it has loaded, and not loaded twice", async () => {
    const foreign = addSnippetScript();
    const loading = createLoader().load();
    const constructor = newConstructor();
    globalThis.GlassixWidgetClient = constructor;
    foreign.dispatchEvent(new Event("load"));
    expect(await loading).toBe(constructor);
    expect(urls()).toEqual([]);
  });

  it("is used when it has already loaded", async () => {
    addSnippetScript();
    const constructor = (globalThis.GlassixWidgetClient = newConstructor());
    expect(await createLoader().load()).toBe(constructor);
    expect(urls()).toEqual([]);
  });

  it.each([
    ["fails", (foreign: HTMLScriptElement) => foreign.dispatchEvent(new Event("error"))],
    ["defines no widget", (foreign: HTMLScriptElement) => foreign.dispatchEvent(new Event("load"))],
    ["does not respond for 8 seconds", () => vi.advanceTimersByTimeAsync(8_000)],
  ])("G10: is replaced when it %s", async (_, happen) => {
    const foreign = addSnippetScript();
    const loading = createLoader().load();
    await happen(foreign);
    await settle();
    expect(urls()).toEqual([FIRST]);
    expect(tagsInPage()).toEqual(tags);
    const constructor = newConstructor();
    await finishLoading(constructor);
    expect(await loading).toBe(constructor);
  });

  it("is not waited for when the element is not a script", async () => {
    const element = document.createElement("div");
    element.id = ID;
    document.head.append(element);
    tags = [];
    void createLoader().load();
    expect(urls()).toEqual([FIRST]);
  });
});

describe("unloading", () => {
  it("removes the tag and the constructor, and the next load adds another tag", async () => {
    const loader = createLoader();
    const first = loader.load();
    await finishLoading(newConstructor());
    await first;
    loader.unload();
    expect([tagsInPage(), globalThis.GlassixWidgetClient]).toEqual([[], undefined]);

    const second = loader.load();
    expect(urls()).toEqual([FIRST, FIRST]);
    const constructor = newConstructor();
    await finishLoading(constructor);
    expect(await second).toBe(constructor);
  });

  it("rejects a pending load, whose script never runs, and tries no other address", async () => {
    const loader = createLoader();
    const failure = expect(loader.load()).rejects.toThrow("No widget script");
    loader.unload();
    await failure;
    expect([tagsInPage(), urls(), tags[0]!.ownerDocument === document]).toEqual([[], [FIRST], false]);
  });

  it("leaves alone a load that begins at once afterwards", async () => {
    const loader = createLoader();
    const failure = expect(loader.load()).rejects.toThrow("No widget script");
    loader.unload();
    const loading = loader.load();
    await failure;
    await settle();
    const constructor = newConstructor();
    const shared = loader.load();
    await finishLoading(constructor);
    expect([await loading, await shared]).toEqual([constructor, constructor]);
    expect(urls()).toEqual([FIRST, FIRST]);
  });
});
