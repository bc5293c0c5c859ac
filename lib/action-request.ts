import "server-only";

/** Next's own limit for the body of a server action. */
const MAX_BODY = 1_048_576;
const MAX_DEPTH = 32;
const MAX_ARGUMENTS = 32;

/**
 * Refuses what calls a server action as no page of this site would, or returns null. Next answers 500 to
 * all of it, after it has decoded it: and React's decoder has had a hole through which strangers ran code
 * (CVE-2025-55182). So nothing gets there but plain values and the fields of forms.
 *
 * Do your own actions take dates, files outside of forms, maps or promises? Then let them in at
 * {@link isPlain}.
 */
export async function refuseBadAction(request: Request): Promise<Response | null> {
  const type = request.headers.get("content-type") ?? "";
  const isCalled = request.headers.has("next-action");
  const isMultipart = type.startsWith("multipart/form-data");
  if (request.method !== "POST" || !(isCalled || isMultipart)) return null;
  if (!isFromHere(request)) return refuse(403, "Forms of this site are sent from its own pages.");

  if (Number(request.headers.get("content-length")) > MAX_BODY) return refuse(413, "This form is too large.");
  try {
    const body = await request.arrayBuffer();
    if (body.byteLength > MAX_BODY) return refuse(413, "This form is too large.");
    if (!isMultipart)
      return isPlainList(new TextDecoder("utf-8", { ignoreBOM: true }).decode(body)) ? null : refuseBody();
    if (isAmbiguous(body, type)) return refuseBody();
    const form = await new Response(body, { headers: { "Content-Type": type } }).formData();
    return (isCalled ? isPlainList(readOnly(form, "0")) : areActionsPlain(form)) ? null : refuseBody();
  } catch {
    return refuseBody();
  }
}

/** Whether a part is encoded, or is JSON behind a mark of byte order: Next's parsers and the one here read that in different ways. */
function isAmbiguous(body: ArrayBuffer, type: string): boolean {
  const boundary = /boundary="?([^";]+)/i.exec(type)?.[1] ?? "";
  return Buffer.from(body)
    .toString("latin1")
    .split(`--${boundary}\r\n`)
    .some((part) => /^(?:.+\r\n)*?(?:content-transfer-encoding:|\r\n\xef\xbb\xbf[[{])/i.test(part));
}

/** Next's own rule: https://nextjs.org/docs/app/guides/data-security#allowed-origins */
function isFromHere({ headers }: Request): boolean {
  const origin = headers.get("origin");
  if (origin === null) return true;
  const host = headers.get("x-forwarded-host")?.split(",")[0]?.trim() || headers.get("host");
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** A form that is sent before the page's script runs names its action, and what is bound to it, in hidden fields. */
function areActionsPlain(form: FormData): boolean {
  return [...form.keys()]
    .map((name) => /^\$ACTION_REF_(.*)$/s.exec(name)?.[1])
    .filter((reference) => reference !== undefined)
    .every((reference) => {
      const action = readOnly(form, `$ACTION_${reference}:0`) ?? "";
      return (
        /^\{"id":"[0-9a-f]+","bound":"\$@1"\}$/.test(action) && isPlainList(readOnly(form, `$ACTION_${reference}:1`))
      );
    });
}

/** The text that is the only one of its name. */
function readOnly(form: FormData, name: string): string | null {
  const [value, ...more] = form.getAll(name);
  return typeof value === "string" && more.length === 0 ? value : null;
}

function isPlainList(json: string | null): boolean {
  const list: unknown = JSON.parse(json ?? "null");
  return Array.isArray(list) && list.length <= MAX_ARGUMENTS && isPlain(list);
}

/** Texts that begin with "$" mean something to React: "$$", a text; "$K1", the form itself; most others, code or streams. */
function isPlain(value: unknown, depth = 0): boolean {
  if (typeof value === "string") return !value.startsWith("$") || /^\$(\$|undefined$|K1$)/.test(value);
  if (typeof value !== "object" || value === null) return true;
  return depth < MAX_DEPTH && Object.values(value).every((inner) => isPlain(inner, depth + 1));
}

const refuseBody = () => refuse(400, "This is not what a form of this site sends.");

const refuse = (status: number, sentence: string) =>
  new Response(`${sentence}\n`, { status, headers: { "Content-Type": "text/plain", "Cache-Control": "no-store" } });
