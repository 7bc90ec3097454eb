-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "manifest" BYTEA;

-- CreateTable
CREATE TABLE "experiments" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "status" "JobStatus" NOT NULL DEFAULT 'RUNNING',
    "version_id" UUID NOT NULL,
    "set_id" UUID NOT NULL,
    "encoder_id" TEXT NOT NULL,
    "config" JSONB NOT NULL,
    "axes" JSONB NOT NULL,
    "seeds" INTEGER[],
    "event_seq" INTEGER NOT NULL DEFAULT 0,
    "error_code" TEXT,
    "error_message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "experiments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "experiment_runs" (
    "experiment_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "cell" INTEGER NOT NULL,
    "seed" INTEGER NOT NULL,
    "config" JSONB NOT NULL,
    "manifest" BYTEA NOT NULL,
    "run_id" UUID,
    "reused" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "experiment_runs_pkey" PRIMARY KEY ("experiment_id","position")
);

-- CreateTable
CREATE TABLE "experiment_events" (
    "experiment_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "status" "JobStatus" NOT NULL,
    "progress" DOUBLE PRECISION NOT NULL,
    "run_id" UUID,
    "message" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "experiment_events_pkey" PRIMARY KEY ("experiment_id","seq")
);

-- CreateIndex
CREATE INDEX "experiments_created_at_id_idx" ON "experiments"("created_at", "id");

-- CreateIndex
CREATE INDEX "experiments_set_id_status_idx" ON "experiments"("set_id", "status");

-- CreateIndex
CREATE INDEX "experiment_runs_run_id_idx" ON "experiment_runs"("run_id");

-- CreateIndex
CREATE UNIQUE INDEX "experiment_runs_experiment_id_cell_seed_key" ON "experiment_runs"("experiment_id", "cell", "seed");

-- CreateIndex
CREATE INDEX "experiment_events_run_id_idx" ON "experiment_events"("run_id");

-- CreateIndex
CREATE INDEX "runs_manifest_idx" ON "runs"("manifest");

-- AddForeignKey
ALTER TABLE "experiments" ADD CONSTRAINT "experiments_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "dataset_versions"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "experiments" ADD CONSTRAINT "experiments_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "embedding_sets"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "experiment_runs" ADD CONSTRAINT "experiment_runs_experiment_id_fkey" FOREIGN KEY ("experiment_id") REFERENCES "experiments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "experiment_runs" ADD CONSTRAINT "experiment_runs_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "experiment_events" ADD CONSTRAINT "experiment_events_experiment_id_fkey" FOREIGN KEY ("experiment_id") REFERENCES "experiments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "experiment_events" ADD CONSTRAINT "experiment_events_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE SET NULL ON UPDATE CASCADE;


-- By hand from here on: what schema.prisma cannot say. See prisma/by-hand.sql.

-- Prisma's lists are never null; the database says so too.
ALTER TABLE "experiments" ALTER COLUMN "seeds" SET DEFAULT '{}', ALTER COLUMN "seeds" SET NOT NULL;

-- A digest is 32 bytes.
ALTER TABLE "runs" ADD CONSTRAINT "runs_manifest_check" CHECK (octet_length("manifest") = 32);
ALTER TABLE "experiment_runs" ADD CONSTRAINT "experiment_runs_manifest_check" CHECK (octet_length("manifest") = 32);
