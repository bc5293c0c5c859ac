import Link from "next/link";

type Props = {
  label: string;
  path: string;
  page: number;
  pages: number;
};

export function Pagination({ label, path, page, pages }: Props) {
  if (pages === 1) return null;
  const linkClass = "link inline-flex min-h-11 items-center";
  return (
    <nav aria-label={label} className="mt-6 grid grid-cols-[1fr_auto_1fr] items-center gap-4 text-sm">
      {page > 1 && (
        <Link
          href={page === 2 ? path : `${path}?page=${page - 1}`}
          rel="prev"
          className={`${linkClass} justify-self-start`}
        >
          Previous<span className="sr-only"> page</span>
        </Link>
      )}
      <p className="col-start-2 text-quiet tabular-nums">
        Page {page} of {pages}
      </p>
      {page < pages && (
        <Link href={`${path}?page=${page + 1}`} rel="next" className={`${linkClass} justify-self-end`}>
          Next<span className="sr-only"> page</span>
        </Link>
      )}
    </nav>
  );
}
