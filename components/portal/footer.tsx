import { getTranslations } from "@/lib/i18n/request";
import { tags } from "./rich-text";

export async function Footer() {
  const t = await getTranslations("layout");
  const company = await getTranslations("company");
  return (
    // Room at the bottom for the chat, which floats in the corner.
    <footer className="mt-auto border-t border-line pt-8 pb-32 text-sm text-quiet xl:pb-10 print:hidden">
      <div className="page flex flex-col gap-x-8 gap-y-2 sm:flex-row sm:flex-wrap">
        <p>{t.rich("call", { ...tags, hours: company("hours") })}</p>
        <p>{t.rich("write", tags)}</p>
        {(["privacy", "accessibility"] as const).map((page) => (
          <p key={page}>
            <a href={`/${page}`}>{t(page)}</a>
          </p>
        ))}
        <p>{company("disclaimer")}</p>
      </div>
    </footer>
  );
}
