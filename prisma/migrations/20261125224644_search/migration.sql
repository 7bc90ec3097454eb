-- AlterTable
ALTER TABLE "experiments" ADD COLUMN     "search" JSONB;

-- AlterTable
ALTER TABLE "experiment_runs" ADD COLUMN     "promoted_from" INTEGER,
ADD COLUMN     "rung" INTEGER NOT NULL DEFAULT 0;

-- CreateIndex
CREATE UNIQUE INDEX "experiment_runs_experiment_id_promoted_from_seed_key" ON "experiment_runs"("experiment_id", "promoted_from", "seed");
