import { describe, expect, it } from "vitest";
import { parseBody } from "./request-body";
import { settingsChangeSchema } from "./settings";
import { DEFAULT_SETTINGS, readChoices, SETTING_GROUPS, settingsSchema, type SettingName } from "./settings-list";

describe("the sandbox's settings", () => {
  it("each appear on the page once, with a valid default", () => {
    const onPage = SETTING_GROUPS.flatMap(({ settings }) => settings.map(({ name }) => name));
    expect([...onPage].sort()).toEqual(Object.keys(settingsSchema.shape).sort());
    expect(settingsSchema.parse(DEFAULT_SETTINGS)).toEqual(DEFAULT_SETTINGS);
  });

  it("are enumerated words, or whole numbers within bounds", () => {
    expect(readChoices("script")).toEqual(["served", "missing", "empty", "slow"]);
    expect(readChoices("leeway")).toEqual({ least: 0, most: 600 });
    // A message stream lasts for 50 seconds: with a longer delay, no message would arrive.
    expect(readChoices("deliveryDelay")).toEqual({ least: 1, most: 30 });
    for (const name of Object.keys(DEFAULT_SETTINGS) as SettingName[]) {
      const choices = readChoices(name);
      if (Array.isArray(choices)) expect(choices[0], name).toBe(DEFAULT_SETTINGS[name]);
    }
  });

  it("are parsed from a request", () => {
    const values = { script: "missing", clockOffset: -30 };
    expect(parseBody(settingsChangeSchema, { scope: "browser", values })).toEqual({ scope: "browser", values });
    expect(parseBody(settingsChangeSchema, { scope: "all", values: {} })).toEqual({ scope: "all", values: {} });
  });

  it.each([
    ["no body", null, "body-invalid", "body"],
    ["an unknown scope", { scope: "mine", values: {} }, "scope-invalid", "scope"],
    ["no values", { scope: "all" }, "values-invalid", "values"],
    ["an unknown setting", { scope: "all", values: { colour: "red" } }, "values-invalid", "colour"],
    ["an unknown choice", { scope: "all", values: { script: "gone" } }, "values-invalid", "script"],
    ["a fraction", { scope: "all", values: { leeway: 1.5 } }, "values-invalid", "leeway"],
    ["a number out of bounds", { scope: "all", values: { scriptDelay: 61 } }, "values-invalid", "scriptDelay"],
    ["a number as text", { scope: "all", values: { leeway: "5" } }, "values-invalid", "leeway"],
  ])("are refused by name for %s", (_, body, code, named) => {
    expect(() => parseBody(settingsChangeSchema, body)).toThrow(
      expect.objectContaining({ status: 400, code, message: expect.stringContaining(named) }),
    );
  });
});
