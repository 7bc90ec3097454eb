-- CreateTable
CREATE TABLE "threshold_sets" (
    "version_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "point" JSONB NOT NULL,
    "warnings" JSONB NOT NULL,
    "metrics" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "threshold_sets_pkey" PRIMARY KEY ("version_id","name")
);

-- AddForeignKey
ALTER TABLE "threshold_sets" ADD CONSTRAINT "threshold_sets_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "model_versions"("id") ON DELETE CASCADE ON UPDATE CASCADE;
