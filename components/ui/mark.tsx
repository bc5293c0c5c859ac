import { brand } from "@/lib/brand";

export function Mark() {
  return (
    <span className="flex items-center gap-2.5">
      <svg viewBox="2 2 28 28" aria-hidden className="size-7">
        <path className="fill-lamp" d="M13 10h6v5h-6zM3.5 9.5 11 11.5v2L3.5 15.5zM28.5 9.5 21 11.5v2l7.5 2z" />
        <path fill="currentColor" d="M16 3.5 21 8.5H11zM11 16.5h10v2H11zM12.7 20h6.6l1.2 8.5h-9z" />
      </svg>
      <span className="font-serif text-lg font-semibold tracking-[-0.01em] whitespace-nowrap">{brand.shortName}</span>
    </span>
  );
}
