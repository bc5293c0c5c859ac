import { describe, expect, test } from "vitest";
import { WIDGET_FAILURE_CAUSES } from "./causes";
import { parseReport } from "./report";

describe("a browser's report of a chat that failed", () => {
  test.each(WIDGET_FAILURE_CAUSES)("may say %s", (cause) => {
    expect(parseReport(JSON.stringify({ cause }))).toBe(cause);
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "script"],
    ["a cause that is not on the list", `{"cause":"jane.doe@example.com"}`],
    ["a cause in capitals", `{"cause":"Script"}`],
    ["no cause", "{}"],
    ["several causes", `{"cause":["script"]}`],
    ["a name that every object has", `{"cause":"constructor"}`],
    ["anything besides the cause", `{"cause":"script","url":"/portal?email=jane.doe@example.com"}`],
    ["null", "null"],
    ["a list", `[{"cause":"script"}]`],
  ])("is refused when it says %s", (_, body) => expect(parseReport(body)).toBeNull());
});
