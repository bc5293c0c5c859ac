import next from "eslint-config-next/core-web-vitals";
import nextTypescript from "eslint-config-next/typescript";

const sandbox = ["./app/sandbox", "./components/sandbox", "./lib/sandbox"];

/** The rules of the house: arrows run app → components → lib, and nothing runs back up. */
const zones = [
  { target: "./lib", from: ["./app", "./components"], message: "lib knows neither pages nor components." },
  { target: "./components", from: "./app", message: "Components do not know pages: take it as a property." },
  ...["identity", "widget"].map((name) => ({
    target: `./lib/${name}`,
    from: ["./app", "./components", "./lib", "./prisma", "./scripts"],
    except: [`./${name}`],
    message: `lib/${name} can be copied into another application: it takes what it needs as arguments.`,
  })),
  {
    target: [
      "./app/!(sandbox)/**/*",
      "./app/*",
      "./components/!(sandbox)/**/*",
      "./lib/!(sandbox)/**/*",
      "./lib/*",
      "./*",
    ],
    from: sandbox,
    message: "Only the sandbox knows the sandbox: the portal must build when it is deleted.",
  },
];

export default [
  { ignores: [".next/**", ".data/**", "prisma/generated/**", "next-env.d.ts"] },
  ...next,
  ...nextTypescript,
  {
    rules: {
      "import/no-restricted-paths": ["error", { zones }],
      "no-console": ["error", { allow: ["warn", "error"] }],
      "import/no-anonymous-default-export": "off",
      eqeqeq: ["error", "always", { null: "ignore" }],
    },
  },
  {
    files: ["app/**", "components/**", "lib/**", "proxy.ts"],
    ignores: ["lib/env.ts", "**/*.test.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "lib/env.ts is the one reader of the environment." },
      ],
    },
  },
  {
    files: ["app/**", "lib/**", "proxy.ts"],
    ignores: ["lib/env.ts", "lib/widget/**", "**/*.js"],
    rules: { "no-console": "error" },
  },
  { files: ["scripts/**", "prisma/**", "e2e/**", "lib/log.ts"], rules: { "no-console": "off" } },
  // Playwright hands a fixture over with a function called `use`, which is no React hook.
  { files: ["e2e/**"], rules: { "react-hooks/rules-of-hooks": "off", "no-empty-pattern": "off" } },
];
