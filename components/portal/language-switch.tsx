import "server-only";
import { AnnouncingForm } from "@/components/ui/announcing-form";
import { LANGUAGES } from "@/lib/i18n/languages";
import { getLanguage, getTranslations } from "@/lib/i18n/request";
import { switchLanguageAction } from "./switch-language";

/** `customer`: whom the page was rendered for. A switch must not change another customer's account. */
export async function LanguageSwitch({ customer }: { customer?: string }) {
  const t = await getTranslations("layout");
  const current = await getLanguage();
  const others = Object.entries(LANGUAGES).filter(([language]) => language !== current);
  if (others.length === 0) return null;
  return (
    <div role="group" aria-label={t("language")} className="language-switch relative flex gap-5">
      <AnnouncingForm action={switchLanguageAction}>
        <input type="hidden" name="customer" value={customer} />
        {others.map(([language, { name }]) => (
          <button key={language} name="language" value={language} lang={language} className="header-button">
            {name}
          </button>
        ))}
      </AnnouncingForm>
    </div>
  );
}
