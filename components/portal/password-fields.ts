import "server-only";
import { getTranslations } from "@/lib/i18n/request";

export async function getPasswordFields() {
  const t = await getTranslations("passwordFields");
  const password = { name: "password", label: t("label"), kind: "password" } as const;
  return {
    currentPassword: { ...password, autoComplete: "current-password" },
    newPassword: { ...password, autoComplete: "new-password", hint: t("hint") },
  } as const;
}
