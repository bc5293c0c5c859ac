import localFont from "next/font/local";

const geist = localFont({ src: "./fonts/geist.woff2", weight: "100 900", variable: "--font-geist" });
const newsreader = localFont({
  src: "./fonts/newsreader.woff2",
  weight: "200 800",
  variable: "--font-newsreader",
  adjustFontFallback: "Times New Roman",
});

// Used on Hebrew pages only (globals.css), and for Hebrew letters only: others keep Geist and Newsreader.
const heebo = localFont({
  src: "./fonts/heebo-hebrew.woff2",
  weight: "100 900",
  variable: "--font-heebo",
  preload: false,
  adjustFontFallback: false,
  declarations: [{ prop: "unicode-range", value: "U+0590-05FF, U+20AA, U+FB1D-FB4F" }],
});
const frankRuhlLibre = localFont({
  src: "./fonts/frank-ruhl-libre-hebrew.woff2",
  weight: "300 900",
  variable: "--font-frank-ruhl-libre",
  preload: false,
  adjustFontFallback: false,
  declarations: [{ prop: "unicode-range", value: "U+0590-05FF, U+20AA, U+FB1D-FB4F" }],
});

/** Classes of `html`: the variables that --font-sans and --font-serif are made of. */
export const fontVariables = [geist, newsreader, heebo, frankRuhlLibre].map(({ variable }) => variable).join(" ");
