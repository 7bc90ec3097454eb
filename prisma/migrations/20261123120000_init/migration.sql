-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('ADMIN', 'EDITOR', 'VIEWER');

-- CreateEnum
CREATE TYPE "JobStatus" AS ENUM ('QUEUED', 'RUNNING', 'PAUSED', 'SUCCEEDED', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "Split" AS ENUM ('TRAIN', 'VALIDATION', 'TEST');

-- CreateEnum
CREATE TYPE "Precision" AS ENUM ('FP32', 'FP16', 'INT8');

-- CreateEnum
CREATE TYPE "Modality" AS ENUM ('IMAGE', 'TEXT');

-- CreateTable
CREATE TABLE "tokens" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "tokens_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "settings" (
    "key" TEXT NOT NULL,
    "value" BYTEA NOT NULL,

    CONSTRAINT "settings_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "datasets" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "description" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "latest_version_id" UUID,

    CONSTRAINT "datasets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dataset_versions" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "dataset_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "digest" BYTEA NOT NULL,
    "note" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "labels" JSONB NOT NULL,
    "label_stats" JSONB NOT NULL,
    "sample_count" INTEGER NOT NULL,
    "labelled_count" INTEGER NOT NULL,
    "import_job_id" UUID,

    CONSTRAINT "dataset_versions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "images" (
    "sha256" BYTEA NOT NULL,
    "bytes" INTEGER NOT NULL,
    "format" TEXT NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "images_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "samples" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "version_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "caption" TEXT,
    "labels" INTEGER[],
    "labelled" BOOLEAN NOT NULL,
    "split" "Split" NOT NULL,
    "image_sha256" BYTEA,

    CONSTRAINT "samples_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "jobs" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "task" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "status" "JobStatus" NOT NULL DEFAULT 'QUEUED',
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "eta_seconds" DOUBLE PRECISION,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "worker_id" TEXT,
    "event_seq" INTEGER NOT NULL DEFAULT 0,
    "error_code" TEXT,
    "error_message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "dataset_id" UUID,
    "dataset_version_id" UUID,
    "unchanged" BOOLEAN,

    CONSTRAINT "jobs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "job_events" (
    "job_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "status" "JobStatus" NOT NULL,
    "progress" DOUBLE PRECISION NOT NULL,
    "eta_seconds" DOUBLE PRECISION,
    "message" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "job_events_pkey" PRIMARY KEY ("job_id","seq")
);

-- CreateTable
CREATE TABLE "workers" (
    "id" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "start_time" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "beat_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "import_reports" (
    "job_id" UUID NOT NULL,
    "read" INTEGER NOT NULL DEFAULT 0,
    "imported" INTEGER NOT NULL DEFAULT 0,
    "rejected_count" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "import_reports_pkey" PRIMARY KEY ("job_id")
);

-- CreateTable
CREATE TABLE "rejected_rows" (
    "job_id" UUID NOT NULL,
    "line" INTEGER NOT NULL,
    "key" TEXT,
    "reason" TEXT NOT NULL,

    CONSTRAINT "rejected_rows_pkey" PRIMARY KEY ("job_id","line")
);

-- CreateTable
CREATE TABLE "import_rows" (
    "job_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "line" INTEGER NOT NULL,
    "caption" TEXT,
    "labels" TEXT[],
    "labelled" BOOLEAN NOT NULL,
    "split" "Split",
    "image_sha256" BYTEA,

    CONSTRAINT "import_rows_pkey" PRIMARY KEY ("job_id","key")
);

-- CreateTable
CREATE TABLE "embedding_spaces" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "encoder_id" TEXT NOT NULL,
    "revision" TEXT NOT NULL,
    "preprocessing" TEXT NOT NULL,
    "precision" "Precision" NOT NULL,
    "dimension" INTEGER NOT NULL,

    CONSTRAINT "embedding_spaces_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "embedding_packs" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "space_id" UUID NOT NULL,
    "sha256" BYTEA NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "embedding_packs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "embedding_entries" (
    "space_id" UUID NOT NULL,
    "modality" "Modality" NOT NULL,
    "content" BYTEA NOT NULL,
    "pack_id" UUID NOT NULL,
    "row" INTEGER NOT NULL,

    CONSTRAINT "embedding_entries_pkey" PRIMARY KEY ("space_id","modality","content")
);

-- CreateTable
CREATE TABLE "embedding_sets" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "version_id" UUID NOT NULL,
    "space_id" UUID NOT NULL,
    "job_id" UUID,
    "image_count" INTEGER NOT NULL,
    "text_count" INTEGER NOT NULL,
    "computed_count" INTEGER NOT NULL DEFAULT 0,
    "reused_count" INTEGER NOT NULL DEFAULT 0,
    "artifact_sha256" BYTEA,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "embedding_sets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "runs" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "status" "JobStatus" NOT NULL DEFAULT 'QUEUED',
    "job_id" UUID,
    "version_id" UUID NOT NULL,
    "set_id" UUID NOT NULL,
    "encoder_id" TEXT NOT NULL,
    "config" JSONB NOT NULL,
    "seed" INTEGER NOT NULL,
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "eta_seconds" DOUBLE PRECISION,
    "event_seq" INTEGER NOT NULL DEFAULT 0,
    "best" JSONB,
    "final" JSONB,
    "best_epoch" INTEGER,
    "label_metrics" JSONB,
    "thresholds" DOUBLE PRECISION[],
    "head_sha256" BYTEA,
    "scores_sha256" BYTEA,
    "micro_f1" DOUBLE PRECISION,
    "macro_f1" DOUBLE PRECISION,
    "samples_f1" DOUBLE PRECISION,
    "mean_ap" DOUBLE PRECISION,
    "error_code" TEXT,
    "error_message" TEXT,
    "tags" TEXT[],
    "notes" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "runs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run_events" (
    "run_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "status" "JobStatus" NOT NULL,
    "progress" DOUBLE PRECISION NOT NULL,
    "epoch" INTEGER,
    "message" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "run_events_pkey" PRIMARY KEY ("run_id","seq")
);

-- CreateTable
CREATE TABLE "run_epochs" (
    "run_id" UUID NOT NULL,
    "epoch" INTEGER NOT NULL,
    "train_loss" DOUBLE PRECISION NOT NULL,
    "validation_loss" DOUBLE PRECISION,
    "validation" JSONB,
    "learning_rate" DOUBLE PRECISION NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "run_epochs_pkey" PRIMARY KEY ("run_id","epoch")
);

-- CreateTable
CREATE TABLE "models" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "description" TEXT,
    "last_number" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "models_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model_versions" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "model_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "run_id" UUID NOT NULL,
    "manifest" JSONB NOT NULL,
    "sha256" BYTEA NOT NULL,
    "size_bytes" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_versions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "aliases" (
    "model_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "version_id" UUID NOT NULL,

    CONSTRAINT "aliases_pkey" PRIMARY KEY ("model_id","name")
);

-- CreateIndex
CREATE UNIQUE INDEX "tokens_hash_key" ON "tokens"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "datasets_latest_version_id_key" ON "datasets"("latest_version_id");

-- CreateIndex
CREATE UNIQUE INDEX "dataset_versions_import_job_id_key" ON "dataset_versions"("import_job_id");

-- CreateIndex
CREATE UNIQUE INDEX "dataset_versions_dataset_id_number_key" ON "dataset_versions"("dataset_id", "number");

-- CreateIndex
CREATE INDEX "samples_image_sha256_idx" ON "samples"("image_sha256");

-- CreateIndex
CREATE UNIQUE INDEX "samples_version_id_position_key" ON "samples"("version_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "samples_version_id_key_key" ON "samples"("version_id", "key");

-- CreateIndex
CREATE INDEX "jobs_task_status_idx" ON "jobs"("task", "status");

-- CreateIndex
CREATE INDEX "jobs_created_at_id_idx" ON "jobs"("created_at", "id");

-- CreateIndex
CREATE INDEX "jobs_dataset_id_idx" ON "jobs"("dataset_id");

-- CreateIndex
CREATE UNIQUE INDEX "embedding_spaces_encoder_id_revision_preprocessing_precisio_key" ON "embedding_spaces"("encoder_id", "revision", "preprocessing", "precision");

-- CreateIndex
CREATE INDEX "embedding_entries_pack_id_idx" ON "embedding_entries"("pack_id");

-- CreateIndex
CREATE UNIQUE INDEX "embedding_sets_version_id_space_id_key" ON "embedding_sets"("version_id", "space_id");

-- CreateIndex
CREATE INDEX "runs_created_at_id_idx" ON "runs"("created_at", "id");

-- CreateIndex
CREATE INDEX "runs_set_id_status_idx" ON "runs"("set_id", "status");

-- CreateIndex
CREATE UNIQUE INDEX "models_name_key" ON "models"("name");

-- CreateIndex
CREATE INDEX "model_versions_run_id_idx" ON "model_versions"("run_id");

-- CreateIndex
CREATE UNIQUE INDEX "model_versions_model_id_number_key" ON "model_versions"("model_id", "number");

-- CreateIndex
CREATE INDEX "aliases_version_id_idx" ON "aliases"("version_id");

-- AddForeignKey
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_latest_version_id_fkey" FOREIGN KEY ("latest_version_id") REFERENCES "dataset_versions"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dataset_versions" ADD CONSTRAINT "dataset_versions_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "samples" ADD CONSTRAINT "samples_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "dataset_versions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "samples" ADD CONSTRAINT "samples_image_sha256_fkey" FOREIGN KEY ("image_sha256") REFERENCES "images"("sha256") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "job_events" ADD CONSTRAINT "job_events_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "import_reports" ADD CONSTRAINT "import_reports_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "embedding_packs" ADD CONSTRAINT "embedding_packs_space_id_fkey" FOREIGN KEY ("space_id") REFERENCES "embedding_spaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "embedding_entries" ADD CONSTRAINT "embedding_entries_space_id_fkey" FOREIGN KEY ("space_id") REFERENCES "embedding_spaces"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "embedding_entries" ADD CONSTRAINT "embedding_entries_pack_id_fkey" FOREIGN KEY ("pack_id") REFERENCES "embedding_packs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "embedding_sets" ADD CONSTRAINT "embedding_sets_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "dataset_versions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "embedding_sets" ADD CONSTRAINT "embedding_sets_space_id_fkey" FOREIGN KEY ("space_id") REFERENCES "embedding_spaces"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "runs" ADD CONSTRAINT "runs_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "dataset_versions"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "runs" ADD CONSTRAINT "runs_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "embedding_sets"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_events" ADD CONSTRAINT "run_events_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_epochs" ADD CONSTRAINT "run_epochs_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_versions" ADD CONSTRAINT "model_versions_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "models"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_versions" ADD CONSTRAINT "model_versions_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "aliases" ADD CONSTRAINT "aliases_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "models"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "aliases" ADD CONSTRAINT "aliases_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "model_versions"("id") ON DELETE NO ACTION ON UPDATE CASCADE;


-- By hand from here on: what schema.prisma cannot say. See prisma/by-hand.sql.

-- Only a dataset with a version reserves its name.
CREATE UNIQUE INDEX "datasets_name_key" ON "datasets"("name") WHERE "latest_version_id" IS NOT NULL;

-- Jobs that have not ended: what `system` counts and the sweeper looks at, however many have.
CREATE INDEX "jobs_open_idx" ON "jobs"("status") WHERE "status" IN ('QUEUED', 'RUNNING', 'PAUSED');

-- Filters by label: labels @> ARRAY[...], labels && ARRAY[...].
CREATE INDEX "samples_labels_idx" ON "samples" USING GIN ("labels");

-- Keys are ordered by code points on every server, whatever its locale: digests, splits and cursors depend on it.
ALTER TABLE "samples" ALTER COLUMN "key" SET DATA TYPE TEXT COLLATE "C";
ALTER TABLE "import_rows" ALTER COLUMN "key" SET DATA TYPE TEXT COLLATE "C";
ALTER TABLE "datasets" ALTER COLUMN "name" SET DATA TYPE TEXT COLLATE "C";
ALTER TABLE "models" ALTER COLUMN "name" SET DATA TYPE TEXT COLLATE "C";
ALTER TABLE "aliases" ALTER COLUMN "name" SET DATA TYPE TEXT COLLATE "C";

-- Prisma's lists are never null; the database says so too.
ALTER TABLE "samples" ALTER COLUMN "labels" SET DEFAULT '{}', ALTER COLUMN "labels" SET NOT NULL;
ALTER TABLE "import_rows" ALTER COLUMN "labels" SET DEFAULT '{}', ALTER COLUMN "labels" SET NOT NULL;
ALTER TABLE "runs" ALTER COLUMN "tags" SET DEFAULT '{}', ALTER COLUMN "tags" SET NOT NULL;
ALTER TABLE "runs" ALTER COLUMN "thresholds" SET DEFAULT '{}', ALTER COLUMN "thresholds" SET NOT NULL;

-- A digest is 32 bytes: a hexadecimal string stored by mistake would match nothing, silently.
ALTER TABLE "images" ADD CONSTRAINT "images_sha256_check" CHECK (octet_length("sha256") = 32);
ALTER TABLE "dataset_versions" ADD CONSTRAINT "dataset_versions_digest_check" CHECK (octet_length("digest") = 32);
ALTER TABLE "embedding_packs" ADD CONSTRAINT "embedding_packs_sha256_check" CHECK (octet_length("sha256") = 32);
ALTER TABLE "embedding_entries" ADD CONSTRAINT "embedding_entries_content_check" CHECK (octet_length("content") = 32);
ALTER TABLE "embedding_sets" ADD CONSTRAINT "embedding_sets_artifact_check" CHECK (octet_length("artifact_sha256") = 32);
ALTER TABLE "runs" ADD CONSTRAINT "runs_head_check" CHECK (octet_length("head_sha256") = 32);
ALTER TABLE "runs" ADD CONSTRAINT "runs_scores_check" CHECK (octet_length("scores_sha256") = 32);
ALTER TABLE "model_versions" ADD CONSTRAINT "model_versions_sha256_check" CHECK (octet_length("sha256") = 32);
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_hash_check" CHECK (octet_length("hash") = 32);
