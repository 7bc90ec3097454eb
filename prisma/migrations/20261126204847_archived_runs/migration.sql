-- DropForeignKey
ALTER TABLE "experiments" DROP CONSTRAINT "experiments_set_id_fkey";

-- DropIndex
DROP INDEX "experiments_set_id_status_idx";

-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "archived_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "experiments" DROP COLUMN "encoder_id",
DROP COLUMN "set_id";

-- AlterTable
ALTER TABLE "experiment_runs" ADD COLUMN     "encoder" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "experiment_sets" (
    "experiment_id" UUID NOT NULL,
    "place" INTEGER NOT NULL,
    "set_id" UUID NOT NULL,

    CONSTRAINT "experiment_sets_pkey" PRIMARY KEY ("experiment_id","place")
);

-- CreateIndex
CREATE INDEX "experiment_sets_set_id_idx" ON "experiment_sets"("set_id");

-- CreateIndex
CREATE UNIQUE INDEX "experiment_sets_experiment_id_set_id_key" ON "experiment_sets"("experiment_id", "set_id");

-- AddForeignKey
ALTER TABLE "experiment_sets" ADD CONSTRAINT "experiment_sets_experiment_id_fkey" FOREIGN KEY ("experiment_id") REFERENCES "experiments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "experiment_sets" ADD CONSTRAINT "experiment_sets_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "embedding_sets"("id") ON DELETE NO ACTION ON UPDATE CASCADE;
