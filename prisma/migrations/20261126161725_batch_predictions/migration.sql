-- CreateTable
CREATE TABLE "batch_predictions" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "model" TEXT NOT NULL,
    "threshold_set" TEXT,
    "fingerprint" BYTEA NOT NULL,
    "manifest" JSONB NOT NULL,
    "point" JSONB NOT NULL,
    "version_id" UUID NOT NULL,
    "set_id" UUID NOT NULL,
    "splits" "Split"[],
    "status" "JobStatus" NOT NULL DEFAULT 'QUEUED',
    "job_id" UUID,
    "sample_count" INTEGER,
    "head_sha256" BYTEA NOT NULL,
    "scores_sha256" BYTEA,
    "error_code" TEXT,
    "error_message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "batch_predictions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "batch_predictions_created_at_id_idx" ON "batch_predictions"("created_at", "id");

-- CreateIndex
CREATE INDEX "batch_predictions_set_id_status_idx" ON "batch_predictions"("set_id", "status");

-- CreateIndex
CREATE INDEX "batch_predictions_fingerprint_idx" ON "batch_predictions"("fingerprint");

-- AddForeignKey
ALTER TABLE "batch_predictions" ADD CONSTRAINT "batch_predictions_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "dataset_versions"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "batch_predictions" ADD CONSTRAINT "batch_predictions_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "embedding_sets"("id") ON DELETE NO ACTION ON UPDATE CASCADE;
