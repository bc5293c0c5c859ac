import "server-only";
import { createTranslator, type NamespaceKeys, type NestedKeyOf } from "use-intl/core";
import en from "@/messages/en.json";
import he from "@/messages/he.json";
import type { Language } from "./languages";

type Messages = typeof en;
export type Namespace = NamespaceKeys<Messages, NestedKeyOf<Messages>>;

declare module "use-intl/core" {
  interface AppConfig {
    Locale: Language;
    Messages: Messages;
  }
}

/** The type check fails if a language lacks a message. */
export const MESSAGES: Record<Language, Messages> = { en, he };

/** `t("key", { values })`, with keys that the type check knows. For a request, use `getTranslations`. */
export const createTranslations = <Name extends Namespace>(locale: Language, namespace: Name) =>
  createTranslator({ locale, messages: MESSAGES[locale], namespace });

export type Translate<Name extends Namespace> = ReturnType<typeof createTranslations<Name>>;
