import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fail, ok, skip, warn, type Outcome } from "./check";
import { isLookedFor, listForms, type Secret } from "./secrets";

/** What a build gives to browsers: scripts, styles, maps and images, pages rendered in advance, and files served as they are. */
const PLACES = [
  { folder: ".next/static", ending: /./ },
  { folder: ".next/server/app", ending: /\.(html|rsc|body|meta|json|txt)$/ },
  { folder: ".next/server/pages", ending: /\.(html|json)$/ },
  { folder: "public", ending: /./ },
];

/** Looks for the secrets in everything that browsers can load from the build in `root`. */
export async function checkBundles(root: string, secrets: Secret[]): Promise<Outcome> {
  if (!existsSync(path.join(root, ".next/BUILD_ID")))
    return skip("There is no production build here.", "Run npm run build, then this again.");
  const wanted = secrets.filter(isLookedFor);
  const needles = wanted.flatMap(({ name, value }) =>
    listForms(value).map((form) => ({ name, bytes: Buffer.from(form) })),
  );
  const files = await listFiles(root);
  for (const file of files) {
    const content = await readFile(path.join(root, file));
    const found = needles.find(({ bytes }) => content.includes(bytes));
    if (found)
      return fail(
        `${file} holds ${found.name}.`,
        "Find what brings it there and take it out, build again, and replace the secret: whoever has loaded the file has it.",
      );
  }
  const tooShort = listNames(secrets.filter((secret) => !isLookedFor(secret)));
  const searched = `${files.length} files, in none of them ${listNames(wanted).join(", ") || "a secret"}`;
  return tooShort.length === 0
    ? ok(searched)
    : warn(
        `${searched}. Not looked for: ${tooShort.join(", ")}.`,
        "Less than 8 characters, or a mere word, would be found anywhere. Use a longer one: it is also easy to guess.",
      );
}

const listNames = (secrets: Secret[]) => [...new Set(secrets.map(({ name }) => name))];

async function listFiles(root: string): Promise<string[]> {
  const lists = PLACES.map(async ({ folder, ending }) => {
    if (!existsSync(path.join(root, folder))) return [];
    const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && ending.test(entry.name))
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
  });
  return (await Promise.all(lists)).flat();
}
