-- CreateEnum
CREATE TYPE "SandboxTicketState" AS ENUM ('Open', 'Closed', 'Pending', 'Snoozed');

-- CreateEnum
CREATE TYPE "SandboxAuthor" AS ENUM ('Client', 'User');

-- CreateTable
CREATE TABLE "SandboxTicket" (
    "id" SERIAL NOT NULL,
    "uniqueIdentifier" UUID,
    "visitorId" UUID,
    "state" "SandboxTicketState" NOT NULL DEFAULT 'Open',
    "fields" JSONB NOT NULL DEFAULT '{}',
    "identityTokenClaims" JSONB NOT NULL DEFAULT '{}',
    "userAgent" TEXT NOT NULL DEFAULT '',
    "sourceTitle" TEXT NOT NULL DEFAULT '',
    "sourceUri" TEXT NOT NULL DEFAULT '',
    "culture" TEXT NOT NULL DEFAULT 'en-US',
    "open" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "close" TIMESTAMPTZ(3),
    "lastActivity" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "isAutomatic" BOOLEAN NOT NULL DEFAULT true,
    "clientSeenId" INTEGER NOT NULL DEFAULT 0,
    "userSeenId" INTEGER NOT NULL DEFAULT 0,
    "clientTypedAt" TIMESTAMPTZ(3),
    "userTypedAt" TIMESTAMPTZ(3),
    "revision" INTEGER NOT NULL DEFAULT 0,
    "changedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "SandboxTicket_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SandboxMessage" (
    "id" SERIAL NOT NULL,
    "ticketId" INTEGER NOT NULL,
    "author" "SandboxAuthor" NOT NULL,
    "text" TEXT NOT NULL,
    "clientId" UUID,
    "visibleAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SandboxMessage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SandboxSettings" (
    "scope" TEXT NOT NULL,
    "values" JSONB NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SandboxSettings_pkey" PRIMARY KEY ("scope")
);

-- CreateTable
CREATE TABLE "SandboxDeskSession" (
    "id" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SandboxDeskSession_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "SandboxTicket_uniqueIdentifier_idx" ON "SandboxTicket"("uniqueIdentifier");

-- CreateIndex
CREATE INDEX "SandboxTicket_visitorId_idx" ON "SandboxTicket"("visitorId");

-- CreateIndex
CREATE INDEX "SandboxTicket_lastActivity_idx" ON "SandboxTicket"("lastActivity");

-- CreateIndex
CREATE INDEX "SandboxTicket_changedAt_idx" ON "SandboxTicket"("changedAt");

-- CreateIndex
CREATE INDEX "SandboxMessage_ticketId_id_idx" ON "SandboxMessage"("ticketId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "SandboxMessage_ticketId_clientId_key" ON "SandboxMessage"("ticketId", "clientId");

-- AddForeignKey
ALTER TABLE "SandboxMessage" ADD CONSTRAINT "SandboxMessage_ticketId_fkey" FOREIGN KEY ("ticketId") REFERENCES "SandboxTicket"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema language cannot say.

-- A ticket belongs to an identified customer or to an anonymous visitor, never to both or to nobody.
ALTER TABLE "SandboxTicket" ADD CONSTRAINT "SandboxTicket_has_one_owner"
  CHECK (("uniqueIdentifier" IS NULL) <> ("visitorId" IS NULL));

-- Two tabs that send the first message at the same moment open one ticket.
CREATE UNIQUE INDEX "SandboxTicket_one_open_per_customer" ON "SandboxTicket"("uniqueIdentifier") WHERE "state" <> 'Closed';
CREATE UNIQUE INDEX "SandboxTicket_one_open_per_visitor" ON "SandboxTicket"("visitorId") WHERE "state" <> 'Closed';

-- Whoever watches a ticket hears of every change to it, whichever process made it.
CREATE FUNCTION "markSandboxTicketChanged"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."revision" := OLD."revision" + 1;
  NEW."changedAt" := clock_timestamp();
  RETURN NEW;
END
$$;

CREATE TRIGGER "SandboxTicket_changed" BEFORE UPDATE ON "SandboxTicket"
  FOR EACH ROW EXECUTE FUNCTION "markSandboxTicketChanged"();
