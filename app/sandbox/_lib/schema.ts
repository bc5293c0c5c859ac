import "server-only";
import { db } from "@/lib/db";
import { Prisma } from "@/prisma/generated/client";

export type Ticket = {
  id: number;
  /** A unique identifier when `isIdentified`, otherwise the visitor id in a browser's cookie. */
  ownerId: string;
  isIdentified: boolean;
  state: "Open" | "Pending" | "Snoozed" | "Closed";
  fields: Record<string, string>;
  identityTokenClaims: Record<string, string>;
  userAgent: string;
  sourceTitle: string;
  sourceUri: string;
  /** The language of the snippet that opened it. */
  culture: string;
  open: Date;
  close: Date | null;
  lastActivity: Date;
  isAutomatic: boolean;
  clientSeenId: number;
  userSeenId: number;
  clientTypedAt: Date | null;
  userTypedAt: Date | null;
};

export type Message = {
  id: number;
  ticketId: number;
  /** In Glassix's words: the customer is the "Client", the agent the "User". */
  author: "Client" | "User";
  text: string;
  /** Set by the sender, so that a message sent twice is stored once. */
  clientId: string | null;
  /** The automatic agent's replies are stored immediately and become visible later, so no timer is needed. */
  visibleAt: Date;
};

// One statement is one transaction, even through a pooler. The lock is for processes that start at the same time.
const CREATE_TABLES = Prisma.sql`
DO $create$ BEGIN
  PERFORM pg_advisory_xact_lock(7311942);
  CREATE SCHEMA IF NOT EXISTS sandbox;

  CREATE TABLE IF NOT EXISTS sandbox."Ticket" (
    "id" serial PRIMARY KEY,
    "ownerId" uuid NOT NULL,
    "isIdentified" boolean NOT NULL,
    "state" text NOT NULL DEFAULT 'Open' CHECK ("state" IN ('Open', 'Pending', 'Snoozed', 'Closed')),
    "fields" jsonb NOT NULL DEFAULT '{}',
    "identityTokenClaims" jsonb NOT NULL DEFAULT '{}',
    "userAgent" text NOT NULL DEFAULT '',
    "sourceTitle" text NOT NULL DEFAULT '',
    "sourceUri" text NOT NULL DEFAULT '',
    "open" timestamptz(3) NOT NULL DEFAULT now(),
    "close" timestamptz(3),
    "lastActivity" timestamptz(3) NOT NULL DEFAULT now(),
    "isAutomatic" boolean NOT NULL DEFAULT true,
    "clientSeenId" integer NOT NULL DEFAULT 0,
    "userSeenId" integer NOT NULL DEFAULT 0,
    "clientTypedAt" timestamptz(3),
    "userTypedAt" timestamptz(3),
    "revision" integer NOT NULL DEFAULT 0,
    "changedAt" timestamptz(3) NOT NULL DEFAULT clock_timestamp()
  );
  ALTER TABLE sandbox."Ticket" ADD COLUMN IF NOT EXISTS "culture" text NOT NULL DEFAULT 'en-GB';
  CREATE INDEX IF NOT EXISTS "Ticket_owner" ON sandbox."Ticket" ("ownerId", "isIdentified");
  CREATE INDEX IF NOT EXISTS "Ticket_lastActivity" ON sandbox."Ticket" ("lastActivity");
  CREATE INDEX IF NOT EXISTS "Ticket_changedAt" ON sandbox."Ticket" ("changedAt");
  -- Two tabs that send the first message at the same moment open one ticket.
  CREATE UNIQUE INDEX IF NOT EXISTS "Ticket_one_open" ON sandbox."Ticket" ("ownerId", "isIdentified")
    WHERE "state" <> 'Closed';

  CREATE TABLE IF NOT EXISTS sandbox."Message" (
    "id" serial PRIMARY KEY,
    "ticketId" integer NOT NULL REFERENCES sandbox."Ticket" ON DELETE CASCADE,
    "author" text NOT NULL CHECK ("author" IN ('Client', 'User')),
    "text" text NOT NULL,
    "clientId" uuid,
    "visibleAt" timestamptz(3) NOT NULL,
    UNIQUE ("ticketId", "clientId")
  );
  CREATE INDEX IF NOT EXISTS "Message_ticket" ON sandbox."Message" ("ticketId", "id");

  CREATE TABLE IF NOT EXISTS sandbox."Settings" (
    "scope" text PRIMARY KEY,
    "values" jsonb NOT NULL,
    "changedAt" timestamptz(3) NOT NULL DEFAULT now()
  );

  CREATE TABLE IF NOT EXISTS sandbox."DeskSession" (
    "id" uuid PRIMARY KEY,
    "expiresAt" timestamptz(3) NOT NULL
  );

  -- How live.ts finds changes, whichever process made them.
  CREATE OR REPLACE FUNCTION sandbox."markChanged"() RETURNS trigger LANGUAGE plpgsql AS $mark$ BEGIN
    NEW."revision" := OLD."revision" + 1;
    NEW."changedAt" := clock_timestamp();
    RETURN NEW;
  END $mark$;
  CREATE OR REPLACE TRIGGER "Ticket_changed" BEFORE UPDATE ON sandbox."Ticket"
    FOR EACH ROW EXECUTE FUNCTION sandbox."markChanged"();
END $create$`;

const globalForSandbox = globalThis as { sandboxTables?: Promise<unknown> };

async function connect() {
  globalForSandbox.sandboxTables ??= db()
    .$executeRaw(CREATE_TABLES)
    .catch((error: unknown) => {
      globalForSandbox.sandboxTables = undefined;
      throw error;
    });
  await globalForSandbox.sandboxTables;
  return db();
}

/** @example const tickets = await query<Ticket>`SELECT * FROM sandbox."Ticket" WHERE "id" = ${id}`; */
export const query = async <Row>(strings: TemplateStringsArray, ...values: unknown[]): Promise<Row[]> =>
  (await connect()).$queryRaw<Row[]>(strings, ...values);

export const execute = async (strings: TemplateStringsArray, ...values: unknown[]): Promise<number> =>
  (await connect()).$executeRaw(strings, ...values);
