import { ESLint } from "eslint";
import { describe, expect, it } from "vitest";

const eslint = new ESLint();

/** The rules that a file with this one import would break. */
async function lint(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  return result!.messages.map(({ message }) => message);
}

const importOf = (from: string) => `import * as other from "${from}";\nexport const it = other;\n`;

describe("the rules of the house, as lint holds them", () => {
  it.each([
    ["lib/some-file.ts", "@/components/chat/chat-mount", "lib knows neither pages nor components"],
    ["lib/auth/some-file.ts", "../../app/layout", "lib knows neither pages nor components"],
    ["components/ui/some-file.ts", "@/app/layout", "Components do not know pages"],
    ["lib/identity/some-file.ts", "@/lib/env", "can be copied into another application"],
    ["lib/widget/some-file.ts", "../auth/session", "can be copied into another application"],
    ["app/some-file.tsx", "@/lib/sandbox/ticket", "the portal must build when it is deleted"],
    ["app/portal/some-file.tsx", "@/lib/sandbox/ticket", "the portal must build when it is deleted"],
    ["lib/auth/some-file.ts", "../sandbox/ticket", "the portal must build when it is deleted"],
  ])("%s may not import %s", async (file, from, rule) => {
    expect(await lint(file, importOf(from))).toContainEqual(expect.stringContaining(rule));
  });

  it.each([
    ["lib/identity/some-file.ts", "./identity-claims"],
    ["lib/identity/some-file.ts", "jose"],
    ["app/sandbox/some-file.ts", "@/lib/sandbox/ticket"],
    ["lib/sandbox/some-file.ts", "@/lib/identity/verify"],
  ])("%s may import %s", async (file, from) => {
    expect(await lint(file, importOf(from))).toEqual([]);
  });

  it("only lib/env.ts reads the environment", async () => {
    const code = "export const url = process.env.DATABASE_URL;\n";
    expect(await lint("lib/portal/some-file.ts", code)).toContainEqual(
      expect.stringContaining("one reader of the environment"),
    );
    expect(await lint("lib/env.ts", code)).toEqual([]);
  });
});
