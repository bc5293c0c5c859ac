// Without JavaScript nothing would swap the page in for its skeleton. The page is there, hidden, at the
// body's end: this shows it, between the header and the footer. The layer is Tailwind's first, whose
// `!important` wins over the one that Tailwind hides [hidden] with.
const WITHOUT_JAVASCRIPT = `
main, .skeleton { display: none }
#portal > footer { order: 1 }
@layer theme { body > [id^="S:"]:has(h1) { display: block !important } }
body > [id^="S:"] { width: 100%; max-width: calc(1120px + 6rem); margin: 0 auto; padding: 2rem clamp(1rem, 5vw, 3rem) 4rem }`;

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
        {/* As it is: React would escape the quotes and the browser would not read them back. */}
        <style dangerouslySetInnerHTML={{ __html: WITHOUT_JAVASCRIPT }} />
      </noscript>
    </>
  );
}
