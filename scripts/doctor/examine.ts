import { checkBundles } from "./bundle";
import { check, type Check } from "./check";
import { checkDatabase, findDatabase } from "./database";
import { checkNetwork } from "./network";
import { hideSecrets, listSecrets } from "./secrets";
import { checkToken } from "./token";
import { checkNode, checkVariables, isForProduction, readDepartment, type Environment } from "./variables";

export type Section = { title: string; checks: Check[] };

export type Examination = Environment & {
  /** Where the build and the embedded database's folder are. */
  root: string;
  dataFolder: string;
  nodeVersion: string;
  /** Whose `Date` header to compare the clock with. */
  dateUrl?: string;
};

/** Looks at everything. No check keeps another from being made, and none takes longer than its limit. */
export async function examine(examination: Examination): Promise<Section[]> {
  const { source, root, dataFolder, nodeVersion, dateUrl } = examination;
  const isProduction = isForProduction(examination);
  const env = readDepartment(examination);
  const secrets = listSecrets(source);
  if (env?.isSandboxOn) secrets.push({ name: "the sandbox's API secret", value: env.glassix.apiSecret });

  // First, and alone: opening the embedded database keeps this process too busy to hear others' answers in time.
  const database = await findDatabase(source.DATABASE_URL?.trim() || undefined, { isProduction, dataFolder });
  try {
    const [node, bundles, token, data, network] = await Promise.all([
      check("Node.js", () => checkNode(nodeVersion, isProduction)),
      check("Secrets in the build", () => checkBundles(root, secrets)),
      checkToken(env),
      checkDatabase(database, { isForCustomers: isProduction && !env?.isSandboxOn }),
      checkNetwork({
        scriptUrls: env && !env.isSandboxOn ? env.glassix.scriptUrls : [],
        dateUrl,
        origin: readOrigin(source.NEXTAUTH_URL),
      }),
    ]);
    const sections = [
      { title: "Environment", checks: [node, ...checkVariables(examination), bundles] },
      { title: "Identity", checks: token },
      { title: "Database", checks: data.database },
      { title: "Clock and network", checks: [...data.clock, ...network.clock, ...network.cdns] },
    ];
    return sections.map(({ title, checks }) => ({
      title,
      checks: checks.map((check) => ({ ...check, found: hideSecrets(check.found, secrets) })),
    }));
  } finally {
    if (database.isThere) await database.stop();
  }
}

function readOrigin(address = ""): string | null {
  return URL.canParse(address.trim()) && /^https?:/i.test(address.trim()) ? new URL(address.trim()).origin : null;
}
