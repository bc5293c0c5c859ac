import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";
import { findCommand } from "./find-command";

const SYSTEM_BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/opt/google/chrome/chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

function findBrowser(): string | null {
  return [chromium.executablePath(), ...SYSTEM_BROWSERS].find((path) => existsSync(path)) ?? null;
}

export function browserLaunchOptions() {
  // As root, Chromium does not start with its own sandbox.
  const isRoot = process.getuid?.() === 0;
  return {
    executablePath: findBrowser() ?? undefined,
    args: ["--disable-background-networking", "--disable-gpu", ...(isRoot ? ["--no-sandbox"] : [])],
  };
}

export function ensureBrowser(): void {
  const attempts = [
    () => {},
    () =>
      spawnSync(process.execPath, [findCommand("playwright", "@playwright/test"), "install", "chromium"], {
        stdio: "ignore",
        timeout: 300_000,
      }),
    () => {
      if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
      spawnSync("apt-get", ["update"], { stdio: "ignore" });
      spawnSync("apt-get", ["install", "--yes", "--no-install-recommends", "chromium"], { stdio: "ignore" });
    },
  ];
  for (const attempt of attempts) {
    attempt();
    if (findBrowser()) return;
  }
  throw new Error(
    "The end-to-end tests need a browser: run `npx playwright install chromium`, or install Chromium or Chrome.",
  );
}
