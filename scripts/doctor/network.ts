import { judgeClock, type ClockReading } from "./clock";
import { check, describeError, ok, skip, TIME_LIMIT, warn, type Check } from "./check";

/** Who answered a request, and what its clock said. */
type Answer = { status: number; text: string; clock: ClockReading | null };

/** What the widget's script defines: an error page, or a proxy's log-in page, does not. */
const SCRIPT_MARK = "GlassixWidgetClient";

export type NetworkInput = {
  /** The addresses of the widget's script; empty with the sandbox, which serves its own. */
  scriptUrls: string[];
  /** Whose `Date` header to compare with, when somebody has named one. */
  dateUrl?: string;
  /** This site's own address: its server may be another machine than this one. */
  origin: string | null;
};

/** Both content delivery networks, and this machine's clock against that of whoever answers. */
export async function checkNetwork({
  scriptUrls,
  dateUrl,
  origin,
}: NetworkInput): Promise<Record<"cdns" | "clock", Check[]>> {
  const clocks: Promise<ClockReading | null>[] = [];
  const ask = (url: string) => {
    const answer = request(url);
    clocks.push(answer.then(({ clock }) => clock).catch(() => null));
    return answer;
  };
  const named = dateUrl ? ask(dateUrl) : null;
  const scripts = scriptUrls.map((url) => ({ url, answer: ask(url) }));
  // A site on this machine has this machine's clock.
  if (origin && !isLocal(origin)) ask(origin).catch(() => {});

  const cdns = scripts.map(({ url, answer }) => {
    const { host } = new URL(url);
    return check(host, async () => {
      const todo = `Customers' browsers load ${url}, not this server. If it opens in a browser, all is well.`;
      try {
        const { status, text } = await answer;
        if (status !== 200) return warn(`It answers ${status}.`, todo);
        return text.includes(SCRIPT_MARK)
          ? ok("the widget's script is there")
          : warn("What it answers is not the widget's script.", todo);
      } catch (error) {
        return warn(`It cannot be reached from here: ${describeError(error)}.`, todo);
      }
    });
  });
  const clock = check("Clock and the network", async () => {
    if (named) {
      const { clock } = await named.catch((error) => ({ clock: null, error }));
      if (!clock) return warn(`${dateUrl} does not tell the time.`, "Name another address with --date-url.");
      return judgeClock(clock);
    }
    const reading = (await Promise.all(clocks)).find((clock) => clock !== null);
    return reading
      ? judgeClock(reading)
      : skip("Nobody was there to compare with.", "Name an address with --date-url=https://…");
  });
  return {
    cdns:
      scripts.length > 0
        ? await Promise.all(cdns)
        : [{ name: "Glassix's CDNs", ...skip("not used: the sandbox serves its own widget") }],
    clock: [await clock],
  };
}

async function request(url: string): Promise<Answer> {
  const askedAt = Date.now();
  const response = await fetch(url, { signal: AbortSignal.timeout(TIME_LIMIT - 500), cache: "no-store" });
  const middle = (askedAt + Date.now()) / 2;
  const date = Date.parse(response.headers.get("date") ?? "");
  // A cache repeats the date of the origin's answer, and says how long ago that was. The header has
  // whole seconds: half of one has passed on average.
  const age = Number(response.headers.get("age")) || 0;
  const time = date + age * 1000 + 500;
  return {
    status: response.status,
    text: await response.text(),
    clock: Number.isNaN(date) ? null : { whose: new URL(url).host, secondsAhead: (time - middle) / 1000 },
  };
}

function isLocal(address: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(address).hostname);
}
