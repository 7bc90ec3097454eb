-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "archived_at" TIMESTAMPTZ(3);
