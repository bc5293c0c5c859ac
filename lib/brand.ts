/** The company. Replace this, "company" in messages/, the tokens in app/globals.css, app/icon.svg and components/ui/mark.tsx to make the portal yours. */
export const brand = {
  name: "Harborlight Insurance",
  shortName: "Harborlight",
  // Ofcom reserves 023 9249 6xxx for drama: the number is not in use.
  phone: { text: "023\u00a09249\u00a06012", href: "tel:+442392496012" },
  email: { text: "help@harborlight.example", href: "mailto:help@harborlight.example" },
  themeColor: { light: "#fcfaf6", dark: "#07171e" },
} as const;
