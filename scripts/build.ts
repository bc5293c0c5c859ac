/** `npm run build`: the Prisma client, then Next. Needs no environment: one build serves many. */
import { ensurePrismaClient, run } from "./set-up";

ensurePrismaClient();
await run(process.execPath, ["node_modules/next/dist/bin/next", "build"]);
