import css from "@eslint/css";
import next from "eslint-config-next/core-web-vitals";
import nextTypescript from "eslint-config-next/typescript";

/** Imports run app → components → lib, never back. */
const zones = [
  { target: "./lib", from: ["./app", "./components"], message: "lib must not import pages or components." },
  { target: "./components", from: "./app", message: "Components must not import pages: take it as a property." },
  {
    target: "./components/ui",
    from: ["./components/portal", "./components/chat", "./lib/portal"],
    message: "components/ui must not depend on insurance.",
  },
  {
    target: "./lib/glassix",
    from: ["./app", "./components", "./lib", "./prisma", "./scripts", "./e2e"],
    except: ["./glassix"],
    message: "lib/glassix can be copied into another application: it takes what it needs as arguments.",
  },
  { target: "./lib/auth", from: "./lib/portal", message: "lib/auth must not import lib/portal." },
  { target: "./scripts", from: "./e2e", message: "scripts must not import tests." },
  {
    target: "./e2e",
    from: "./scripts",
    except: ["./set-up.ts", "./find-browser.ts", "./find-command.ts", "./find-postgres.ts"],
    message: "Tests may import only the set-up from scripts.",
  },
  {
    target: ["./app/!(sandbox)/**/*", "./app/*", "./components", "./lib", "./prisma", "./scripts", "./*"],
    from: "./app/sandbox",
    message: "Only the sandbox may import the sandbox: the portal must build without it.",
  },
  {
    target: ["./e2e/!(sandbox)/**/*", "./e2e/*"],
    from: ["./app/sandbox", "./e2e/sandbox"],
    message: "Tests of the sandbox are in e2e/sandbox.",
  },
];

// No word of an English sentence matches: "left-2", "sm:-ml-2", "[&>svg]:border-l", "[margin-left:2px]" do.
const PHYSICAL_CLASS = [
  String.raw`(^|[\s:!])-?((scroll-)?[mp][lr]-[\w[(-]|(left|right)-(\d|px|auto|full|[[(]))`,
  String.raw`(^|[\s:!])(border-[lr]|rounded-([lr]|[tb][lr]))(?![a-z])`,
  String.raw`(^|[\s:!])(text|float|clear)-(left|right)(?!\w)`,
  String.raw`\[([a-z-]+-)?(left|right)(-[a-z]+)?:`,
].join("|");
const message =
  "The portal is also read from right to left: use the logical form, such as ms-2, pe-2, start-0, text-end.";

// Text always runs in horizontal lines, so only left and right need a logical form.
const NOT_SIDEWAYS = [
  ...["top", "bottom", "width", "height", "overflow-x", "overflow-y", "border-top-color"],
  ...["min", "max"].flatMap((limit) => [`${limit}-width`, `${limit}-height`]),
  ...["margin", "padding", "border", "scroll-padding"].flatMap((side) => [`${side}-top`, `${side}-bottom`]),
];

/** Reads what follows @apply as text. */
const apply = {
  parse: {
    prelude() {
      return this.createSingleNodeList(this.Raw(this.consumeUntilLeftCurlyBracketOrSemicolon, true));
    },
  },
};

export default [
  {
    ignores: [
      ".next/**",
      ".data/**",
      "docs/**",
      "prisma/generated/**",
      "next-env.d.ts",
      "e2e/proof/into-an-app/{apps,edits}/**",
    ],
  },
  ...next,
  ...nextTypescript,
  {
    files: ["**/*.{js,mjs,ts,tsx}"],
    settings: { "import/ignore": ["node_modules"] },
    rules: {
      "import/no-restricted-paths": ["error", { zones }],
      "import/no-cycle": ["error", { ignoreExternal: true }],
      // next/link adds 2.3 kB to the sign-in pages, which lead elsewhere anyway.
      "@next/next/no-html-link-for-pages": "off",
      "no-console": ["error", { allow: ["warn", "error"] }],
      "import/no-anonymous-default-export": "off",
      eqeqeq: ["error", "always", { null: "ignore" }],
    },
  },
  {
    files: ["app/**", "components/**", "lib/**", "proxy.ts"],
    ignores: ["lib/env.ts", "lib/check-environment.ts", "**/*.test.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "Read the environment with env() from lib/env.ts." },
      ],
    },
  },
  {
    files: ["app/**", "lib/**", "proxy.ts"],
    ignores: ["lib/check-environment.ts", "lib/glassix/**", "**/*.js"],
    rules: { "no-console": "error" },
  },
  {
    files: ["{app,components}/**/*.{ts,tsx}"],
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: `Literal[value=/${PHYSICAL_CLASS}/]`, message },
        { selector: `TemplateElement[value.raw=/${PHYSICAL_CLASS}/]`, message },
        { selector: "JSXAttribute[name.name=style] Property[key.name=/^(left|right)$|(Left|Right)$/]", message },
      ],
    },
  },
  {
    files: ["{app,components}/**/*.css"],
    plugins: { css },
    language: "css/css",
    // Tolerant of "--color-*" in @theme.
    languageOptions: { tolerant: true, customSyntax: { atrule: { apply } } },
    rules: {
      "css/prefer-logical-properties": ["error", { allowProperties: NOT_SIDEWAYS, allowUnits: ["vh", "dvh", "vw"] }],
      "no-restricted-syntax": [
        "error",
        { selector: `Atrule[name=apply] Raw[value=/${PHYSICAL_CLASS}/]`, message },
        {
          selector:
            "Declaration[property=/^(background|mask|object|transform-origin)/] Identifier[name=/^(left|right)$/]",
          message,
        },
      ],
    },
  },
  { files: ["scripts/**", "prisma/**", "e2e/**", "lib/log.ts"], rules: { "no-console": "off" } },
  // Playwright fixtures call `use`, which is not a React hook.
  {
    files: ["e2e/**", "lib/glassix/testing/**"],
    rules: { "react-hooks/rules-of-hooks": "off", "no-empty-pattern": "off" },
  },
];
