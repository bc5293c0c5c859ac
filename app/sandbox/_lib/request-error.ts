/** A request that the sandbox refuses, with the status and code of the answer. */
export class RequestError extends Error {
  override name = "RequestError";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Seconds after which asking again may help. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}
