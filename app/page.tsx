import Link from "next/link";
import { Footer } from "@/components/portal/footer";
import { Harbour } from "@/components/portal/harbour";
import { PublicHeader } from "@/components/portal/public-header";
import { tags } from "@/components/portal/rich-text";
import { Icon, type IconName } from "@/components/ui/icon";
import { readSessionToken } from "@/lib/auth/session";
import { brand } from "@/lib/brand";
import { getTranslations } from "@/lib/i18n/request";

export default async function LandingPage() {
  const isSignedIn = (await readSessionToken()) !== null;
  const t = await getTranslations("landing");
  const layout = await getTranslations("layout");
  const company = await getTranslations("company");
  return (
    <>
      <div className="on-night absolute inset-x-0 top-0 z-2 text-on-night">
        <PublicHeader>
          <Link prefetch={false} href={isSignedIn ? "/portal" : "/login"} className="header-button">
            {isSignedIn ? t("portal") : layout("signIn")}
          </Link>
        </PublicHeader>
      </div>
      <main id="content" tabIndex={-1} className="outline-none">
        <div className="on-night relative overflow-hidden bg-night pt-18 text-on-night">
          <div className="page grid lg:min-h-[560px] lg:grid-cols-2">
            <div className="relative z-1 pt-10 pb-4 sm:pt-16 lg:py-24">
              <h1 className="max-w-[11ch] text-[2.75rem] leading-[1.08] lg:text-[3.75rem]">{t("title")}</h1>
              <p className="mt-5 max-w-[46ch] text-lg text-balance text-on-night-quiet lg:max-w-[30ch] xl:max-w-[42ch]">
                {t("text")}
              </p>
              <div className="mt-8 flex flex-wrap gap-3">
                <Link prefetch={false} href={isSignedIn ? "/portal" : "/register"} className="button button-primary">
                  {isSignedIn ? t("goToPortal") : t("createAccount")}
                </Link>
                <a href={brand.phone.href} className="button button-night">
                  <span>{t.rich("call", { phone: () => <bdi dir="ltr">{brand.phone.text}</bdi> })}</span>
                </a>
              </div>
            </div>
            <Harbour className="-mx-4 h-72 w-[calc(100%+2rem)] sm:mx-auto sm:h-96 sm:w-md sm:overflow-visible lg:absolute lg:inset-y-0 lg:end-[max(0px,calc(50%-45rem))] lg:h-full lg:w-[54%] lg:max-w-3xl" />
          </div>
        </div>
        <div className="page py-16 sm:py-24">
          <h2 className="text-2xl tracking-[-0.018em]">{t("offers")}</h2>
          <ul className="mt-10 grid gap-x-12 gap-y-10 md:grid-cols-3">
            <Offer icon="shield" title={t("policies")} text={t("policiesText")} />
            <Offer icon="flag" title={t("claims")} text={t("claimsText")} />
            <Offer icon="chat" title={t("chat")} text={t("chatText")} />
          </ul>
          <section className="mt-16 flex flex-wrap items-start justify-between gap-6 border-t border-line pt-12 sm:mt-24">
            <div>
              <h2 className="text-2xl tracking-[-0.018em]">{t("talk")}</h2>
              <p className="mt-2 text-quiet">
                {t.rich("talkText", { ...tags, hours: company("hours"), address: company("address") })}
              </p>
            </div>
            <a href={brand.phone.href} dir="ltr" className="figure text-2xl hover:underline sm:text-3xl">
              {brand.phone.text}
            </a>
          </section>
        </div>
      </main>
      <Footer />
    </>
  );
}

function Offer({ icon, title, text }: { icon: IconName; title: string; text: string }) {
  return (
    <li className="border-t-2 border-ink pt-5">
      <Icon name={icon} className="size-5 text-deep" />
      <h3 className="mt-3 text-xl font-medium tracking-[-0.01em] [&:lang(he)]:font-normal">{title}</h3>
      <p className="mt-2 text-quiet">{text}</p>
    </li>
  );
}
