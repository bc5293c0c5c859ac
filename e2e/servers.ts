import path from "node:path";

/** The portals that the tests visit, both from the same build and with the same database. */
export const SANDBOX_PORTAL = "http://localhost:3210";
/** The header in which the sandbox's portal takes the client's address. */
export const ADDRESS_HEADER = "x-test-address";
/** Set up for a Glassix department: the tests put a double in place of its script. */
export const DEPARTMENT_PORTAL = "http://localhost:3211";
/** The same in required mode, and with sessions that end after half an hour without use. */
export const REQUIRED_PORTAL = "http://localhost:3212";

export const DEPARTMENT = {
  GLASSIX_API_KEY: "2F1A9C04-7D3B-4E8A-9B51-0C6D7E8F9A1B",
  GLASSIX_API_SECRET: "an API secret that only the tests know",
  GLASSIX_SNIPPET_ID: "te57fbb5d61ec51869ab",
};

export const NEXTAUTH_SECRET = "the secret of the portals that the tests visit";

/** The tests' own database: never the one that a developer works with. */
export const TEST_DATA_FOLDER = path.resolve(".data/test");
