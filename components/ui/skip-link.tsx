export function SkipLink() {
  return (
    <a
      href="#content"
      className="sr-only focus:not-sr-only focus:absolute focus:top-3 focus:start-3 focus:z-10 focus:rounded-control focus:bg-surface focus:px-4 focus:py-2 focus:shadow-float"
    >
      Skip to content
    </a>
  );
}
