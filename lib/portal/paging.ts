import "server-only";

export const PAGE_SIZE = 20;

export type Paging = { page: number; pages: number };

/** The page that `?page=` asks for, or the nearest that exists. */
export function choosePage(wanted: string | string[] | undefined, total: number, size = PAGE_SIZE): Paging {
  const pages = Math.max(1, Math.ceil(total / size));
  const page = typeof wanted === "string" && /^[1-9]\d{0,8}$/.test(wanted) ? Number(wanted) : 1;
  return { page: Math.min(page, pages), pages };
}
