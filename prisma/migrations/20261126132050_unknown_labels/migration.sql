-- AlterTable
ALTER TABLE "samples" ADD COLUMN     "unknown_labels" INTEGER[] DEFAULT ARRAY[]::INTEGER[];

-- AlterTable
ALTER TABLE "import_rows" ADD COLUMN     "unknown_labels" TEXT[] DEFAULT ARRAY[]::TEXT[];
