-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Plan" AS ENUM ('standard', 'premium');

-- CreateEnum
CREATE TYPE "PolicyProduct" AS ENUM ('home', 'motor', 'travel', 'boat');

-- CreateEnum
CREATE TYPE "ClaimState" AS ENUM ('received', 'reviewing', 'approved', 'paid', 'declined');

-- CreateTable
CREATE TABLE "User" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "uniqueIdentifier" UUID NOT NULL DEFAULT gen_random_uuid(),
    "email" TEXT NOT NULL,
    "firstName" TEXT NOT NULL,
    "lastName" TEXT NOT NULL,
    "plan" "Plan" NOT NULL DEFAULT 'standard',
    "passwordHash" TEXT,
    "emailConfirmedAt" TIMESTAMPTZ(3),
    "disabledAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "userId" UUID NOT NULL,
    "device" TEXT NOT NULL,
    "network" TEXT,
    "isFromProvider" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Account" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "userId" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "providerAccountId" TEXT NOT NULL,
    "refresh_token" TEXT,
    "access_token" TEXT,
    "expires_at" INTEGER,
    "token_type" TEXT,
    "scope" TEXT,
    "id_token" TEXT,
    "session_state" TEXT,

    CONSTRAINT "Account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Policy" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "userId" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "product" "PolicyProduct" NOT NULL,
    "insured" TEXT NOT NULL,
    "premiumCents" INTEGER NOT NULL,
    "deductibleCents" INTEGER NOT NULL,
    "startsOn" DATE NOT NULL,
    "endsOn" DATE NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Policy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PolicyCover" (
    "id" SERIAL NOT NULL,
    "policyId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "limitCents" INTEGER NOT NULL,

    CONSTRAINT "PolicyCover_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Claim" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "number" SERIAL NOT NULL,
    "userId" UUID NOT NULL,
    "policyId" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "incidentOn" DATE NOT NULL,
    "estimatedCents" INTEGER,
    "formId" UUID,
    "state" "ClaimState" NOT NULL DEFAULT 'received',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Claim_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ClaimEvent" (
    "id" SERIAL NOT NULL,
    "claimId" UUID NOT NULL,
    "state" "ClaimState" NOT NULL,
    "note" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ClaimEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
-- UNLOGGED: counters need not survive a crash of the database, and are written faster.
CREATE UNLOGGED TABLE "RateLimit" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL,
    "expire" DOUBLE PRECISION,

    CONSTRAINT "RateLimit_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_uniqueIdentifier_key" ON "User"("uniqueIdentifier");

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE INDEX "Session_userId_lastSeenAt_idx" ON "Session"("userId", "lastSeenAt");

-- CreateIndex
CREATE INDEX "Session_expiresAt_idx" ON "Session"("expiresAt");

-- CreateIndex
CREATE INDEX "Account_userId_idx" ON "Account"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "Account_provider_providerAccountId_key" ON "Account"("provider", "providerAccountId");

-- CreateIndex
CREATE UNIQUE INDEX "Policy_number_key" ON "Policy"("number");

-- CreateIndex
CREATE INDEX "Policy_userId_idx" ON "Policy"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "PolicyCover_policyId_name_key" ON "PolicyCover"("policyId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "Claim_number_key" ON "Claim"("number");

-- CreateIndex
CREATE INDEX "Claim_userId_createdAt_idx" ON "Claim"("userId", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "Claim_userId_formId_key" ON "Claim"("userId", "formId");

-- CreateIndex
CREATE INDEX "ClaimEvent_claimId_at_idx" ON "ClaimEvent"("claimId", "at");

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Account" ADD CONSTRAINT "Account_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Policy" ADD CONSTRAINT "Policy_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PolicyCover" ADD CONSTRAINT "PolicyCover_policyId_fkey" FOREIGN KEY ("policyId") REFERENCES "Policy"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_policyId_fkey" FOREIGN KEY ("policyId") REFERENCES "Policy"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ClaimEvent" ADD CONSTRAINT "ClaimEvent_claimId_fkey" FOREIGN KEY ("claimId") REFERENCES "Claim"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema language cannot express.

-- Insurance claims are numbered from 1001: "C-1" looks like a test.
ALTER SEQUENCE "Claim_number_seq" RESTART WITH 1001;

-- G12: a customer's unique identifier never changes.
CREATE FUNCTION "refuseUniqueIdentifierChange"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The unique identifier of user % never changes: Glassix would take the customer for another one, and the conversation history would be lost.', OLD."id"
    USING ERRCODE = 'restrict_violation', HINT = 'Leave "uniqueIdentifier" out of the UPDATE.';
END
$$;

CREATE TRIGGER "User_uniqueIdentifier_is_permanent" BEFORE UPDATE ON "User"
  FOR EACH ROW WHEN (OLD."uniqueIdentifier" IS DISTINCT FROM NEW."uniqueIdentifier")
  EXECUTE FUNCTION "refuseUniqueIdentifierChange"();

-- The index on "email" is unique regardless of case and Unicode form because only one form is stored. lib/email.ts
-- produces it; this repeats what SQL can do of it, whatever the database's locale.
CREATE FUNCTION "canonicalizeEmail"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."email" := lower(normalize(NEW."email", NFC));
  -- Locales and libraries differ on the lower case of the letters that lead to these two.
  NEW."email" := normalize(regexp_replace(replace(NEW."email", E'\u03C2', E'\u03C3'), E'i\u0307+', 'i', 'g'), NFC);
  RETURN NEW;
END
$$;

CREATE TRIGGER "User_email_is_canonical" BEFORE INSERT OR UPDATE OF "email" ON "User"
  FOR EACH ROW EXECUTE FUNCTION "canonicalizeEmail"();

ALTER TABLE "User" ADD CONSTRAINT "User_email_domain_is_ascii" CHECK ("email" !~ '@.*[^\u0001-\u007F]');

-- G14: a changed address is unconfirmed, unless the same statement confirms it.
CREATE FUNCTION "unconfirmChangedEmail"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."emailConfirmedAt" := NULL;
  RETURN NEW;
END
$$;

CREATE TRIGGER "User_changed_email_is_unconfirmed" BEFORE UPDATE OF "email" ON "User"
  FOR EACH ROW WHEN (
    lower(NEW."email") IS DISTINCT FROM OLD."email"
    AND NEW."emailConfirmedAt" IS NOT DISTINCT FROM OLD."emailConfirmedAt"
  )
  EXECUTE FUNCTION "unconfirmChangedEmail"();

-- Accounts are disabled with SQL, so the database deletes their sessions.
CREATE FUNCTION "deleteSessionsOfDisabledUser"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM "Session" WHERE "userId" = NEW."id";
  RETURN NULL;
END
$$;

CREATE TRIGGER "User_disabled_has_no_sessions" AFTER UPDATE OF "disabledAt" ON "User"
  FOR EACH ROW WHEN (NEW."disabledAt" IS NOT NULL)
  EXECUTE FUNCTION "deleteSessionsOfDisabledUser"();
