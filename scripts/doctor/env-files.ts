/** A file such as `.env.local`, as Next's loader reports it. */
export type EnvFile = { path: string; contents: string; env: Record<string, string | undefined> };

/** The file that a variable's value has come from; undefined when it is the shell's or the platform's. */
export function findFile(files: EnvFile[], name: string, value: string | undefined): EnvFile | undefined {
  const file = files.find(({ env }) => env[name] !== undefined);
  return value !== undefined && file?.env[name] === value ? file : undefined;
}

/**
 * Whether the loader has made something else of what is written: `#` ends a value that is not quoted, and
 * `$` begins the name of a variable. It is the most frequent reason for a secret that Glassix refuses.
 */
export function isChangedByLoader(contents: string, name: string, value: string): boolean {
  const lines = [
    ...contents.matchAll(new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=[ \\t]*(.*?)[ \\t\\r]*$`, "gm")),
  ];
  const written = lines.at(-1)?.[1];
  if (written === undefined) return false;
  const quoted = /^(["'`])(.*)\1\s*(?:#.*)?$/.exec(written);
  // A quotation mark that does not end on this line: a value of several lines.
  if (!quoted && /^["'`]/.test(written)) return false;
  const meant = quoted ? quoted[2]! : written.replace(/\s#.*$/, "").trim();
  return meant.replaceAll("\\$", "$") !== value;
}
