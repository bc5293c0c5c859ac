import { getTranslations } from "@/lib/i18n/request";

export async function RecoveryCodes({ codes }: { codes: string[] }) {
  const t = await getTranslations("passkeys");
  return (
    <section data-once aria-label={t("codes")} className="mt-4 max-w-xl rounded-card border border-edge p-5">
      <p>{t("codesText")}</p>
      <ul translate="no" className="mt-5 grid gap-x-8 gap-y-2 font-mono tabular-nums">
        {codes.map((code) => (
          <li key={code}>
            <bdi dir="ltr">{code}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}
