import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { startPortal, type PortalProcess } from "./portal-process";

/** What one stage of the Dockerfile has come to. */
export type Image = {
  /** Where its files are: what is `/app` in the container is the folder `app` in here. */
  folder: string;
  workdir: string;
  env: Record<string, string>;
  user: string;
  command: string[];
  healthcheck: string[];
};

/** Debian's user `nobody`, who owns nothing. A container's user is no more. */
const NOBODY = { uid: 65_534, gid: 65_534 };

/** Performs the steps of the Dockerfile in a folder of this machine, with the Node that is here. */
export class Dockerfile {
  private readonly stages = new Map<string, Image>();
  private readonly steps = readSteps(readFileSync("Dockerfile", "utf8"));
  private readonly ignored = readFileSync(".dockerignore", "utf8")
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((name) => new RegExp(`^${name.replaceAll(".", "\\.").replaceAll("*", ".*")}$`));

  constructor(private readonly place: string) {}

  async build(target: string): Promise<Image> {
    const built = this.stages.get(target);
    if (built) return built;
    const start = this.steps.findIndex(({ name, rest }) => name === "FROM" && rest.endsWith(` AS ${target}`));
    if (start === -1) throw new Error(`The Dockerfile has no stage ${target}.`);
    const [parent = ""] = this.steps[start]!.rest.split(" ");
    const isStage = this.steps.some(({ name, rest }) => name === "FROM" && rest.endsWith(` AS ${parent}`));
    const folder = path.join(this.place, target);
    const image: Image = isStage
      ? { ...structuredClone(await this.build(parent)), folder }
      : { folder, workdir: "/", env: {}, user: "root", command: [], healthcheck: [] };
    mkdirSync(folder, { recursive: true });
    if (isStage) cpSync((await this.build(parent)).folder, folder, { recursive: true, verbatimSymlinks: true });
    for (const { name, rest } of this.steps.slice(start + 1)) {
      if (name === "FROM") break;
      await this.perform(image, name, rest);
    }
    this.stages.set(target, image);
    return image;
  }

  private async perform(image: Image, name: string, rest: string): Promise<void> {
    const here = path.join(image.folder, image.workdir);
    if (name === "WORKDIR") {
      image.workdir = rest;
      mkdirSync(path.join(image.folder, rest), { recursive: true });
    } else if (name === "ENV") {
      for (const pair of rest.split(" ")) image.env[pair.split("=")[0]!] = pair.slice(pair.indexOf("=") + 1);
    } else if (name === "COPY") {
      const [, stage, list = rest] = /^--from=(\S+) (.+)$/.exec(rest) ?? [];
      const sources = list.split(" ");
      const target = path.join(here, sources.pop()!);
      for (const source of sources) {
        if (stage) copy(path.join((await this.build(stage)).folder, source), target);
        else if (source === ".") {
          for (const entry of readdirSync(".")) if (!this.isIgnored(entry)) copy(entry, path.join(target, entry));
        } else if (this.isIgnored(source)) throw new Error(`.dockerignore keeps ${source} out of the image.`);
        else copy(source, target);
      }
    } else if (name === "RUN") {
      const command = rest.replace(/--mount=\S+ /g, "");
      // npm ci has been done here, from the same lock file, and a test must not need the network. Links: to copy takes minutes.
      const done = `cp -al "${path.resolve("node_modules")}" . || cp -a "${path.resolve("node_modules")}" .`;
      const running = startPortal(["sh", "-c", command.startsWith("npm ci ") ? done : command], image.env, here);
      if ((await running.exitCode()) !== 0) throw new Error(`${command} failed:\n${running.output()}`);
    } else if (name === "USER") image.user = rest;
    else if (name === "CMD") image.command = JSON.parse(rest);
    else if (name === "HEALTHCHECK") image.healthcheck = JSON.parse(rest.slice(rest.indexOf("CMD [") + 4));
    else if (name !== "EXPOSE") throw new Error(`What ${name} does is not known here.`);
  }

  private isIgnored = (name: string) => this.ignored.some((pattern) => pattern.test(name));
}

/** Starts an image, or another command in it, as a user who owns none of its files, and none of them can be written. */
export function runImage(image: Image, settings: Record<string, string>, command = image.command): PortalProcess {
  // Not the hard links to the project's own packages.
  const ownFiles = ["(", "-type", "d", "-o", "-links", "1", ")", "-exec", "chmod", "a-w,a+rX", "{}", "+"];
  spawnSync("find", [image.folder, ...ownFiles]);
  const [program = "", ...args] = command;
  return startPortal(
    [program === "node" ? process.execPath : program, ...args],
    { ...image.env, ...settings },
    path.join(image.folder, image.workdir),
    process.getuid?.() === 0 ? NOBODY : {},
  );
}

/** Takes a folder away in which images are. */
export function removeImages(place: string): void {
  spawnSync("chmod", ["-R", "u+w", place]);
  rmSync(place, { recursive: true, force: true });
}

/** As `COPY` does: a folder's content goes into the target, a file goes to a target that ends in "/", or takes its name. */
function copy(source: string, target: string): void {
  const isInto = statSync(source).isFile() && existsSync(target) && statSync(target).isDirectory();
  cpSync(source, isInto ? path.join(target, path.basename(source)) : target, {
    recursive: true,
    verbatimSymlinks: true,
  });
}

function readSteps(text: string): { name: string; rest: string }[] {
  return text
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter(Boolean)
    .map((line) => ({ name: line.slice(0, line.indexOf(" ")), rest: line.slice(line.indexOf(" ") + 1) }));
}
