-- AlterTable
ALTER TABLE "uploads" ADD COLUMN     "token_id" UUID;

-- CreateIndex
CREATE INDEX "uploads_token_id_idx" ON "uploads"("token_id");

-- AddForeignKey
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "tokens"("id") ON DELETE CASCADE ON UPDATE CASCADE;
