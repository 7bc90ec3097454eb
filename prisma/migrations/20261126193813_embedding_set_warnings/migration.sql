-- AlterTable
ALTER TABLE "embedding_sets" ADD COLUMN     "warning" TEXT;
