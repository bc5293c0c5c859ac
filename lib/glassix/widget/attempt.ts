/** Uses what a browser, an extension or the page's own code may forbid: undefined where it throws. */
export function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
