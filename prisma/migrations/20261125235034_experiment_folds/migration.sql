-- DropIndex
DROP INDEX "experiment_runs_experiment_id_cell_seed_key";

-- DropIndex
DROP INDEX "experiment_runs_experiment_id_promoted_from_seed_key";

-- AlterTable
ALTER TABLE "experiments" ADD COLUMN     "folds" JSONB;

-- AlterTable
ALTER TABLE "experiment_runs" ADD COLUMN     "fold" INTEGER NOT NULL DEFAULT 0;

-- CreateIndex
CREATE UNIQUE INDEX "experiment_runs_experiment_id_cell_seed_fold_key" ON "experiment_runs"("experiment_id", "cell", "seed", "fold");

-- CreateIndex
CREATE UNIQUE INDEX "experiment_runs_experiment_id_promoted_from_seed_fold_key" ON "experiment_runs"("experiment_id", "promoted_from", "seed", "fold");
