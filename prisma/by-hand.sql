-- What schema.prisma cannot say and the migrations add by hand, as it stands today: `npm run check` makes a database out
-- of schema.prisma and this file, and compares it with the one that the migrations make.

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
ALTER TABLE "experiments" ALTER COLUMN "seeds" SET DEFAULT '{}', ALTER COLUMN "seeds" SET NOT NULL;

-- A digest is 32 bytes: a hexadecimal string stored by mistake would match nothing, silently.
ALTER TABLE "images" ADD CONSTRAINT "images_sha256_check" CHECK (octet_length("sha256") = 32);
ALTER TABLE "dataset_versions" ADD CONSTRAINT "dataset_versions_digest_check" CHECK (octet_length("digest") = 32);
ALTER TABLE "embedding_packs" ADD CONSTRAINT "embedding_packs_sha256_check" CHECK (octet_length("sha256") = 32);
ALTER TABLE "embedding_entries" ADD CONSTRAINT "embedding_entries_content_check" CHECK (octet_length("content") = 32);
ALTER TABLE "embedding_sets" ADD CONSTRAINT "embedding_sets_artifact_check" CHECK (octet_length("artifact_sha256") = 32);
ALTER TABLE "embedding_sets" ADD CONSTRAINT "embedding_sets_tokens_check" CHECK (octet_length("tokens_sha256") = 32);
ALTER TABLE "runs" ADD CONSTRAINT "runs_head_check" CHECK (octet_length("head_sha256") = 32);
ALTER TABLE "runs" ADD CONSTRAINT "runs_scores_check" CHECK (octet_length("scores_sha256") = 32);
ALTER TABLE "runs" ADD CONSTRAINT "runs_manifest_check" CHECK (octet_length("manifest") = 32);
ALTER TABLE "experiment_runs" ADD CONSTRAINT "experiment_runs_manifest_check" CHECK (octet_length("manifest") = 32);
ALTER TABLE "model_versions" ADD CONSTRAINT "model_versions_sha256_check" CHECK (octet_length("sha256") = 32);
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_hash_check" CHECK (octet_length("hash") = 32);
