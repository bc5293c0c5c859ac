import type { ReactNode } from "react";
import { getTranslations } from "@/lib/i18n/request";
import { AuthLayout } from "./auth-layout";

type Props = { links?: Record<string, string>; children?: ReactNode };

export async function DeadLink({ links = {}, children }: Props) {
  const t = await getTranslations("deadLink");
  return (
    <AuthLayout title={t("title")} aside={t("text")}>
      {children}
      <p className="flex flex-wrap gap-4 empty:hidden">
        {Object.entries(links).map(([href, text], index) => (
          <a key={href} href={href} className={`button ${index === 0 ? "button-primary" : "button-quiet"}`}>
            {text}
          </a>
        ))}
      </p>
    </AuthLayout>
  );
}
