-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "fold" JSONB;
