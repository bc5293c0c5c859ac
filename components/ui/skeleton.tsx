// Without JavaScript nothing would swap the page in for its skeleton. The page is there, hidden, at the
// body's end: this shows it, between the header and the footer.
const WITHOUT_JAVASCRIPT = `
.skeleton { display: none }
body > footer { order: 1 }
body > [hidden][id^="S:"] { display: block !important; width: 100%; max-width: calc(1120px + 6rem); margin: 0 auto; padding: 0 1rem 4rem }`;

/** Stands where a page with a title and a list will be, in the same places, so that nothing jumps. */
export function PageSkeleton() {
  return (
    <>
      <div role="status" className="skeleton">
        <span className="sr-only">Loading</span>
        <div className="h-9 w-56 rounded-control bg-line sm:h-12 sm:w-80" />
        <div className="mt-3 h-5 w-72 max-w-full rounded-control bg-sunk" />
        <div className="mt-10 divide-y divide-line border-y border-line">
          {[1, 2, 3].map((row) => (
            <div key={row} className="flex gap-4 py-5">
              <div className="size-10 rounded-full bg-sunk" />
              <div className="flex-1">
                <div className="h-5 w-40 rounded-control bg-line" />
                <div className="mt-2 h-5 w-full max-w-80 rounded-control bg-sunk" />
                <div className="mt-2 h-4 w-full max-w-60 rounded-control bg-sunk" />
              </div>
            </div>
          ))}
        </div>
      </div>
      <noscript>
        <style>{WITHOUT_JAVASCRIPT}</style>
      </noscript>
    </>
  );
}
