-- AlterTable
ALTER TABLE "Claim" ADD COLUMN "formId" UUID;

-- CreateIndex
CREATE UNIQUE INDEX "Claim_userId_formId_key" ON "Claim"("userId", "formId");
