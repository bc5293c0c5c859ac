"use client";

import { createContext, use } from "react";
import type en from "@/messages/en.json";

export type ClientTexts = (typeof en)["client"];

/** The texts of client components. The i18n library stays on the server: it would add 10 kB to every page. */
const ClientText = createContext<ClientTexts | null>(null);

export const ClientTextProvider = ClientText.Provider;

export function useClientText() {
  return use(ClientText)!;
}
