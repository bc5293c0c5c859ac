import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { startProcess, type PortalProcess } from "./portal-process";

/** The result of one stage of the Dockerfile. */
export type Image = {
  /** Its root folder: `/app` in the container is the folder `app` in here. */
  folder: string;
  workdir: string;
  env: Record<string, string>;
  user: string;
  command: string[];
  healthcheck: string[];
};

/** Debian's user `nobody`, who owns no files, like a container's user. */
const NOBODY = { uid: 65_534, gid: 65_534 };

/** Runs the steps of the Dockerfile in a folder on this machine, with the local Node. */
export class Dockerfile {
  private readonly stages = new Map<string, Image>();
  private readonly steps = readSteps(readFileSync("Dockerfile", "utf8"));
  private readonly ignored = readFileSync(".dockerignore", "utf8")
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((name) => new RegExp(`^${name.replaceAll(".", "\\.").replaceAll("*", ".*")}$`));

  constructor(private readonly imagesFolder: string) {}

  async build(target: string): Promise<Image> {
    const built = this.stages.get(target);
    if (built) return built;
    const start = this.steps.findIndex(({ name, args }) => name === "FROM" && args.endsWith(` AS ${target}`));
    if (start === -1) throw new Error(`The Dockerfile has no stage ${target}.`);
    const [parent = ""] = this.steps[start]!.args.split(" ");
    const isStage = this.steps.some(({ name, args }) => name === "FROM" && args.endsWith(` AS ${parent}`));
    const folder = path.join(this.imagesFolder, target);
    const image: Image = isStage
      ? { ...structuredClone(await this.build(parent)), folder }
      : { folder, workdir: "/", env: {}, user: "root", command: [], healthcheck: [] };
    mkdirSync(folder, { recursive: true });
    if (isStage) cpSync((await this.build(parent)).folder, folder, { recursive: true, verbatimSymlinks: true });
    for (const { name, args } of this.steps.slice(start + 1)) {
      if (name === "FROM") break;
      await this.runStep(image, name, args);
    }
    this.stages.set(target, image);
    return image;
  }

  private async runStep(image: Image, name: string, args: string): Promise<void> {
    const workFolder = path.join(image.folder, image.workdir);
    if (name === "WORKDIR") {
      image.workdir = args;
      mkdirSync(path.join(image.folder, args), { recursive: true });
    } else if (name === "ENV") {
      for (const pair of args.split(" ")) image.env[pair.split("=")[0]!] = pair.slice(pair.indexOf("=") + 1);
    } else if (name === "COPY") {
      const [, stage, list = args] = /^--from=(\S+) (.+)$/.exec(args) ?? [];
      const sources = list.split(" ");
      const target = path.join(workFolder, sources.pop()!);
      for (const source of sources) {
        if (stage) copy(path.join((await this.build(stage)).folder, source), target);
        else if (source === ".") {
          for (const entry of readdirSync(".")) if (!this.isIgnored(entry)) copy(entry, path.join(target, entry));
        } else if (this.isIgnored(source)) throw new Error(`.dockerignore keeps ${source} out of the image.`);
        else copy(source, target);
      }
    } else if (name === "RUN") {
      const command = args.replace(/--mount=\S+ /g, "");
      // npm ci has already run here with the same lock file, and a test must not need the network. Copying would take minutes.
      const linkPackages = `cp -al "${path.resolve("node_modules")}" . || cp -a "${path.resolve("node_modules")}" .`;
      const running = startProcess(
        ["sh", "-c", command.startsWith("npm ci ") ? linkPackages : command],
        image.env,
        workFolder,
      );
      if ((await running.exitCode()) !== 0) throw new Error(`${command} failed:\n${running.output()}`);
    } else if (name === "USER") image.user = args;
    else if (name === "CMD") image.command = JSON.parse(args);
    else if (name === "HEALTHCHECK") image.healthcheck = JSON.parse(args.slice(args.indexOf("CMD [") + 4));
    else if (name !== "EXPOSE") throw new Error(`The Dockerfile step ${name} is not supported here.`);
  }

  private isIgnored = (name: string) => this.ignored.some((pattern) => pattern.test(name));
}

/** Runs an image's command, or another one in it, as a user who owns none of its files and can write none. */
export function runImage(image: Image, settings: Record<string, string>, command = image.command): PortalProcess {
  // Leaves out the hard links to the project's own packages.
  const ownFiles = ["(", "-type", "d", "-o", "-links", "1", ")", "-exec", "chmod", "a-w,a+rX", "{}", "+"];
  spawnSync("find", [image.folder, ...ownFiles]);
  const [program = "", ...args] = command;
  return startProcess(
    [program === "node" ? process.execPath : program, ...args],
    { ...image.env, ...settings },
    path.join(image.folder, image.workdir),
    process.getuid?.() === 0 ? NOBODY : {},
  );
}

/** Deletes a folder of images. */
export function removeImages(imagesFolder: string): void {
  spawnSync("chmod", ["-R", "u+w", imagesFolder]);
  rmSync(imagesFolder, { recursive: true, force: true });
}

/** Like `COPY`: copies a folder's contents into the target, and a file into a target folder or to the target's name. */
function copy(source: string, target: string): void {
  const isTargetFolder = statSync(source).isFile() && existsSync(target) && statSync(target).isDirectory();
  cpSync(source, isTargetFolder ? path.join(target, path.basename(source)) : target, {
    recursive: true,
    verbatimSymlinks: true,
  });
}

function readSteps(text: string): { name: string; args: string }[] {
  return text
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter(Boolean)
    .map((line) => ({ name: line.slice(0, line.indexOf(" ")), args: line.slice(line.indexOf(" ") + 1) }));
}
