-- CreateTable
CREATE TABLE "SandboxDeskSession" (
    "id" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SandboxDeskSession_pkey" PRIMARY KEY ("id")
);
