-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "best_paired" JSONB;
