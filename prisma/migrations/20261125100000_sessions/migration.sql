-- AlterTable
ALTER TABLE "User" ADD COLUMN     "sessionVersion" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "SessionActivity" (
    "sessionId" UUID NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SessionActivity_pkey" PRIMARY KEY ("sessionId")
);

-- CreateIndex
CREATE INDEX "SessionActivity_seenAt_idx" ON "SessionActivity"("seenAt");

-- CreateTable
CREATE TABLE "IdentityMint" (
    "id" SERIAL NOT NULL,
    "userId" UUID NOT NULL,
    "tokenId" TEXT NOT NULL,
    "network" TEXT,
    "userAgent" TEXT NOT NULL,
    "mintedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "IdentityMint_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "IdentityMint_userId_mintedAt_idx" ON "IdentityMint"("userId", "mintedAt");

-- CreateIndex
CREATE INDEX "IdentityMint_mintedAt_idx" ON "IdentityMint"("mintedAt");

-- AddForeignKey
ALTER TABLE "IdentityMint" ADD CONSTRAINT "IdentityMint_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
