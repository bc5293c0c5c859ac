/** The company. Replace this, the tokens in app/globals.css, app/icon.svg and components/ui/mark.tsx to make the portal yours. */
export const brand = {
  name: "Harborlight Insurance",
  shortName: "Harborlight",
  // Ofcom reserves 023 9249 6xxx for drama: the number is not in use.
  phone: { text: "023 9249 6012", href: "tel:+442392496012" },
  email: { text: "help@harborlight.example", href: "mailto:help@harborlight.example" },
  hours: "Monday to Friday, 8am to 6pm",
} as const;

/** Apart from the brand, which the error pages load in the browser. */
export const site = {
  address: "4 Lamp House Yard, Portsmouth",
  disclaimer: "Harborlight Insurance is a fictional company.",
  description: "Home, motor, travel and boat insurance from people who keep the light on.",
  themeColor: { light: "#fcfaf6", dark: "#07171e" },
  title: "Somebody keeps the light on.",
  text: "Home, motor, travel and boat insurance from a small company in an old harbour town. See what you are covered for, file a claim in minutes, and chat with a person who knows who you are.",
} as const;
