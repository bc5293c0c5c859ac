/** The company's name and how to reach it. Replace these, the tokens in app/globals.css and app/icon.svg to make the portal yours. */
export const brand = {
  name: "Harborlight Insurance",
  shortName: "Harborlight",
  // Ofcom keeps 023 9249 6xxx free for drama and samples: it rings nowhere.
  phone: { text: "023 9249 6012", href: "tel:+442392496012" },
  email: { text: "help@harborlight.example", href: "mailto:help@harborlight.example" },
  hours: "Monday to Friday, 8 to 18",
  address: "4 Lamp House Yard, Portsmouth",
} as const;
