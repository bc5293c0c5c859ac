import { describe, expect, it } from "vitest";
import { VARIABLES } from "./env";

const UPDATE = "This file is generated from lib/env.ts. Update it with: npx vitest run lib/env-docs -u";

describe("each variable of lib/env.ts", () => {
  it("is in .env.example", async () => {
    const entries = VARIABLES.map(({ name, description, example }) => {
      const lines = description.match(/.{1,118}(?= |$)/g)!.map((line) => `# ${line.trim()}`);
      return [...lines, `# ${name}=${example.startsWith("<") ? "" : example}`].join("\n");
    });
    await expect(`${HEADER}\n\n${entries.join("\n\n")}\n`, UPDATE).toMatchFileSnapshot("../.env.example");
  });
});

const HEADER = `# Copy this file to .env.local and remove the "#" before the variables that you set, or set them in the shell or in your
# platform's settings. \`npm run dev\` needs none of them. They are read when the server starts: if one is missing or
# invalid, it says which and why, and does not start. Quote a value that contains "#", and write "\\$" for "$": otherwise
# the loader would cut or replace the value. lib/env.ts is the source of this list.`;
