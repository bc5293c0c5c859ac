/** How long any one thing may take, in milliseconds. */
export const TIME_LIMIT = 5_000;

/** What one check has found. Whatever is not well says what to do. */
export type Check = { name: string } & Outcome;

/**
 * `fail`: the portal would not start, its chat would not work, or a secret is out. `warn`: it works, but
 * not as customers need it, or nobody here can tell. `skip`: there was nothing to look at.
 */
export type Outcome =
  | { status: "ok"; found: string; todo?: undefined }
  | { status: "skip"; found: string; todo?: string }
  | { status: "warn" | "fail"; found: string; todo: string };

export const ok = (found: string): Outcome => ({ status: "ok", found });
export const skip = (found: string, todo?: string): Outcome => ({ status: "skip", found, ...(todo && { todo }) });
export const warn = (found: string, todo: string): Outcome => ({ status: "warn", found, todo });
export const fail = (found: string, todo: string): Outcome => ({ status: "fail", found, todo });

/** Makes a check of what `look` finds. What it throws, or a time limit that it passes, is a failure with `todo`. */
export async function check(
  name: string,
  look: () => Outcome | Promise<Outcome>,
  todo = "The message is the error as it came. Mend what it names, and run this again.",
): Promise<Check> {
  try {
    return { name, ...(await within(Promise.resolve().then(look))) };
  } catch (error) {
    return { name, ...fail(describeError(error), todo) };
  }
}

/** The promise, or an error when it takes too long. What it was doing is left to end by itself. */
export function within<T>(promise: Promise<T>, limit = TIME_LIMIT): Promise<T> {
  let timer: NodeJS.Timeout;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${limit / 1000} seconds.`)), limit);
  });
  return Promise.race([promise, tooLong]).finally(() => clearTimeout(timer));
}

/** One line. Node hides the reason of a failed connection in `code`, `cause` or a list of errors. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, cause, errors } = error as Error & { code?: string; errors?: unknown[] };
  if (error.name === "TimeoutError") return `No answer within ${TIME_LIMIT / 1000} seconds`;
  if (cause) return describeError(cause);
  const text = error.message || (errors?.[0] ? describeError(errors[0]) : code) || error.name;
  return text.split("\n")[0]!;
}
