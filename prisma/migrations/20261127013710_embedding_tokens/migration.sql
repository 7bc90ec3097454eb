-- DropIndex
DROP INDEX "embedding_spaces_encoder_id_revision_preprocessing_precisio_key";

-- AlterTable
ALTER TABLE "embedding_spaces" ADD COLUMN     "tokens" JSONB NOT NULL DEFAULT '{}';

-- AlterTable
ALTER TABLE "embedding_sets" ADD COLUMN     "tokens_sha256" BYTEA;

-- CreateIndex
CREATE UNIQUE INDEX "embedding_spaces_encoder_id_revision_preprocessing_precisio_key" ON "embedding_spaces"("encoder_id", "revision", "preprocessing", "precision", "tokens");

-- A digest is 32 bytes.
ALTER TABLE "embedding_sets" ADD CONSTRAINT "embedding_sets_tokens_check" CHECK (octet_length("tokens_sha256") = 32);
