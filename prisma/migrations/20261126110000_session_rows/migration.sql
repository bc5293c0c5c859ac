-- AlterTable
ALTER TABLE "User" DROP COLUMN "sessionVersion",
ADD COLUMN     "emailConfirmedAt" TIMESTAMPTZ(3);

-- DropTable
DROP TABLE "SessionActivity";

-- DropTable
DROP TABLE "IdentityMint";

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

-- CreateIndex
CREATE INDEX "Session_userId_lastSeenAt_idx" ON "Session"("userId", "lastSeenAt");

-- CreateIndex
CREATE INDEX "Session_expiresAt_idx" ON "Session"("expiresAt");

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

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

-- G14: a new address has not been confirmed, unless the same statement says so.
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
