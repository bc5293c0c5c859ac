import { Footer } from "@/components/portal/footer";
import { LanguageSwitch } from "@/components/portal/language-switch";
import { PublicHeader } from "@/components/portal/public-header";
import { getTranslations } from "@/lib/i18n/request";

export const generateMetadata = async () => ({ title: (await getTranslations("notFound"))("title") });

export default async function NotFoundPage() {
  const t = await getTranslations("notFound");
  return (
    <>
      <PublicHeader>
        <LanguageSwitch />
      </PublicHeader>
      <main id="content" tabIndex={-1} className="page flex-1 pt-12 pb-20 outline-none sm:pt-20">
        <h1>{t("title")}</h1>
        <p className="mt-3 text-lg text-balance text-quiet">{t("text")}</p>
        <a href="/portal" className="button button-primary mt-8">
          {t("goToPortal")}
        </a>
      </main>
      <Footer />
    </>
  );
}
