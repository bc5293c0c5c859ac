/** Serves the embedded database in the folder DATA_FOLDER, and prints its connection string: a process that a test can kill. */
import { startEmbeddedPostgres } from "@/prisma/embedded-postgres";

const database = await startEmbeddedPostgres(process.env.DATA_FOLDER!);
await database.ready;
console.log(database.databaseUrl);
process.once("SIGTERM", () => void database.stop().then(() => process.exit()));
