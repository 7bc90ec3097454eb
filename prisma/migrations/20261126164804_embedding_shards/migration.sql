-- CreateTable
CREATE TABLE "embedding_shards" (
    "set_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "modality" "Modality" NOT NULL,
    "from_position" INTEGER NOT NULL,
    "to_position" INTEGER NOT NULL,
    "total" INTEGER NOT NULL,
    "done" INTEGER NOT NULL DEFAULT 0,
    "status" "JobStatus" NOT NULL DEFAULT 'QUEUED',
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "worker_id" TEXT,
    "left_to_job" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "embedding_shards_pkey" PRIMARY KEY ("set_id","number")
);

-- AddForeignKey
ALTER TABLE "embedding_shards" ADD CONSTRAINT "embedding_shards_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "embedding_sets"("id") ON DELETE CASCADE ON UPDATE CASCADE;
