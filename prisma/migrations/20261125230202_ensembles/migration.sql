-- AlterTable
ALTER TABLE "model_versions" ALTER COLUMN "run_id" DROP NOT NULL;

-- CreateTable
CREATE TABLE "ensemble_members" (
    "version_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "run_id" UUID NOT NULL,

    CONSTRAINT "ensemble_members_pkey" PRIMARY KEY ("version_id","position")
);

-- CreateIndex
CREATE INDEX "ensemble_members_run_id_idx" ON "ensemble_members"("run_id");

-- CreateIndex
CREATE UNIQUE INDEX "ensemble_members_version_id_run_id_key" ON "ensemble_members"("version_id", "run_id");

-- AddForeignKey
ALTER TABLE "ensemble_members" ADD CONSTRAINT "ensemble_members_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "model_versions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ensemble_members" ADD CONSTRAINT "ensemble_members_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE NO ACTION ON UPDATE CASCADE;
