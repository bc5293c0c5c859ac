import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { listWarnings } from "@/lib/check-environment";
import { EnvError, readEnv, VARIABLES, type Env, type Variable } from "@/lib/env";
import { fail, ok, skip, warn, type Check, type Outcome } from "./checks";

type Source = Record<string, string | undefined>;
type EnvFile = { path: string; contents: string; env: Source };
type Secret = { name: string; value: string };

const valueOf = (source: Source, name: string) => source[name]?.trim() ?? "";
const PLACEHOLDERS = {
  DATABASE_URL: "postgresql://postgres@127.0.0.1:5432/postgres",
  NEXTAUTH_SECRET: "npm run dev generates one when it starts",
};
const COPIED = ["GLASSIX_API_KEY", "GLASSIX_API_SECRET", "GLASSIX_SNIPPET_ID", "OIDC_CLIENT_SECRET"];

export function checkVariables(source: Source, files: EnvFile[]): Check[] {
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim()));
  const { env, problems } = read(source.NODE_ENV === "production" ? set : { ...PLACEHOLDERS, ...set });
  const warnings = env?.isProduction ? listWarnings(env) : [];
  const judge = (variable: Variable): Outcome | null => {
    const { name } = variable;
    const value = valueOf(source, name);
    const first = files.find(({ env }) => env[name] !== undefined);
    const file = value && first?.env[name] === source[name] ? first : undefined;
    const problem = problems.find((problem) => problem.variable === name);
    const warning = warnings.find((warning) => warning.variable === name);
    if (file && isChangedByLoader(file.contents, name, value)) {
      const found = `The value is not what is written in ${file.path}.`;
      return { status: problem ? "fail" : "warn", found, todo: "Quote a value that contains #, and write \\$ for $." };
    }
    if (problem) return fail(problem.message, `Example: ${problem.example}`);
    if (warning) return warn(warning.message, `Example: ${warning.example}`);
    if (!value) return null;
    if (COPIED.includes(name) && value === variable.example)
      return fail("is the example from the documentation", "Copy your own value.");
    if (name === "GLASSIX_SANDBOX" && value === "true" && source.NODE_ENV === "production")
      return warn("true: customers reach no agent", "Fine for a demo. Otherwise, remove it.");
    return ok(describe(variable, value) + (file ? ` (${file.path})` : ""));
  };
  const judged = VARIABLES.map((variable) => ({ name: variable.name as string, outcome: judge(variable) }));
  const isKnown = (name: string) => judged.some((variable) => variable.name === name);
  const unknown = Object.keys(source).filter((name) => /^(GLASSIX|OIDC|SMTP|MAIL)_/.test(name) && !isKnown(name));
  const unset = judged.flatMap(({ name, outcome }) => (outcome ? [] : [name]));
  return [
    ...judged.flatMap(({ name, outcome }) => (outcome ? [{ name, ...outcome }] : [])),
    ...unknown.map((name) => ({ name, ...warn("is set, but nothing reads it", "Check its spelling.") })),
    ...checkPublicVariables(source),
    { name: "Not set", ...ok(unset.join(", ")) },
  ];
}

function read(source: Source): { env: Env | null; problems: EnvError["problems"] } {
  try {
    return { env: readEnv(source), problems: [] };
  } catch (error) {
    if (error instanceof EnvError) return { env: null, problems: error.problems };
    throw error;
  }
}

export function readDepartment(source: Source): Env | null {
  const department = Object.entries(source).filter(([name]) => name.startsWith("GLASSIX_") || name === "NODE_ENV");
  return read({ ...PLACEHOLDERS, ...Object.fromEntries(department) }).env;
}

function describe({ name, isSecret }: Variable, value: string): string {
  if (!value) return "not set";
  if (!isSecret) return value;
  if (!name.endsWith("_URL")) return `${value.length} characters`;
  const { host, pathname } = new URL(value);
  return `${host}${pathname}`;
}

/** `#` ends an unquoted value, and `$` starts the name of a variable: the usual reason for a wrong secret. */
function isChangedByLoader(contents: string, name: string, value: string): boolean {
  const lines = [...contents.matchAll(new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=[ \\t]*(.*?)\\s*$`, "gm"))];
  const written = lines.at(-1)?.[1] ?? "";
  const quoted = /^(["'`])(.*)\1\s*(?:#.*)?$/.exec(written);
  // A quotation mark that does not close on this line starts a value of several lines.
  if (!written || (!quoted && /^["'`]/.test(written))) return false;
  return (quoted?.[2] ?? written.replace(/\s#.*$/, "")).replaceAll("\\$", "$").trim() !== value;
}

export function checkPublicVariables(source: Source): Check[] {
  const names = Object.keys(source).filter((name) => name.startsWith("NEXT_PUBLIC_"));
  return names.flatMap((name): Check[] => {
    const secret = listSecrets(source).find(({ value }) =>
      listForms(value).some((form) => source[name]!.includes(form)),
    );
    const todo = "Every visitor can read it. Rename it without NEXT_PUBLIC_, build again, and replace the secret.";
    return secret ? [{ name, ...fail(`contains ${secret.name}`, todo) }] : [];
  });
}

/** Without short values and plain words, which could appear anywhere. */
export function listSecrets(source: Source): Secret[] {
  return VARIABLES.filter(({ isSecret }) => isSecret)
    .map(({ name }) => {
      const value = valueOf(source, name);
      const isUrl = name.endsWith("_URL") && URL.canParse(value);
      return { name, value: isUrl ? new URL(value).password : value };
    })
    .filter(({ value }) => value.length >= 8 && !/^[a-z]+$/i.test(value));
}

const listForms = (value: string) => [
  value,
  JSON.stringify(value).slice(1, -1),
  encodeURIComponent(value),
  Buffer.from(value).toString("base64").replace(/=+$/, ""),
];

export async function checkBundles(root: string, secrets: Secret[]): Promise<Outcome> {
  if (!existsSync(path.join(root, ".next/BUILD_ID")))
    return skip("no production build here", "Run npm run build first.");
  const forms = secrets.flatMap(({ name, value }) =>
    listForms(value).map((form) => ({ name, form: Buffer.from(form) })),
  );
  const folders = [".next/static", ".next/server/app", "public"].filter((folder) =>
    existsSync(path.join(root, folder)),
  );
  for (const folder of folders) {
    for (const name of await readdir(path.join(root, folder), { recursive: true })) {
      // Of the server's files, browsers load only the prerendered pages.
      if (folder === ".next/server/app" ? !/\.(html|rsc|body|meta)$/.test(name) : !path.extname(name)) continue;
      const content = await readFile(path.join(root, folder, name));
      const secret = forms.find(({ form }) => content.includes(form));
      const todo = "Find the code that includes it, remove it, build again, and replace the secret.";
      if (secret) return fail(`${folder}/${name} contains ${secret.name}.`, todo);
    }
  }
  return ok(`found none of ${secrets.map(({ name }) => name).join(", ") || "the secrets, as none is set"}`);
}
