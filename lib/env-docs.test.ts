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

  it("is in docs/environment.md", async () => {
    const cell = (text: string) => text.replace(/\b(npm (?:run )?\w+|openssl rand -base64 32)/g, "`$1`");
    const rows = VARIABLES.map(
      ({ name, description, example, isSecret }) =>
        `| \`${name}\`${isSecret ? " (secret)" : ""} | ${cell(description)} | \`${example}\` |`,
    );
    const table = ["| variable | meaning | example |", "|---|---|---|", ...rows].join("\n");
    await expect(`${INTRODUCTION}\n\n<!-- prettier-ignore -->\n${table}\n`, UPDATE).toMatchFileSnapshot(
      "../docs/environment.md",
    );
  });
});

const HEADER = `# Copy this file to .env.local and remove the "#" before the variables that you set. \`npm run dev\` needs none of them;
# docs/environment.md says what \`npm start\` needs. Quote a value that contains "#", and write "\\$" for "$": otherwise
# the loader would cut or replace the value.`;

const INTRODUCTION = `# Environment

The portal reads these variables when it starts, so one build serves many environments. All are optional for \`npm run dev\`.
Set them in the shell, in your platform's settings, or in \`.env.local\`
([the files that Next.js reads](https://nextjs.org/docs/app/guides/environment-variables)). If a variable is missing or
invalid, the server does not start, and says which and why; \`npm run doctor\` shows more. An empty variable counts as unset.

This page and \`.env.example\` are generated from \`lib/env.ts\`: after a change there, run \`npx vitest run lib/env-docs -u\`.`;
