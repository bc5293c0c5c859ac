/** Serves the database in DATA_FOLDER from a process that a test can kill, and prints its connection string. */
import { startTestDatabase } from "./test-database";

const database = await startTestDatabase(process.env.DATA_FOLDER!);
console.log(database.databaseUrl);
process.once("SIGTERM", () => void database.stop().then(() => process.exit()));
// A database on a server that runs elsewhere would not keep this process alive.
setInterval(() => {}, 60_000);
