-- Written by hand, without rebuilding tables that others refer to: dropping one would delete what refers to it.
ALTER TABLE "Run" ADD COLUMN "parentId" TEXT;
ALTER TABLE "Run" ADD COLUMN "parentUpdate" INTEGER;
ALTER TABLE "Checkpoint" ADD COLUMN "prunedAt" DATETIME;
ALTER TABLE "Step" ADD COLUMN "attempts" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "Step" ADD COLUMN "reused" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Step" ADD COLUMN "startedAt" DATETIME;

-- CreateTable
CREATE TABLE "RunChange" (
    "runId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "update" INTEGER NOT NULL,
    "field" TEXT NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "at" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,

    PRIMARY KEY ("runId", "number"),
    CONSTRAINT "RunChange_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- Nothing has written sweeps before: the table is empty.
DROP TABLE "Sweep";
CREATE TABLE "Sweep" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "settings" TEXT NOT NULL,
    "trials" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'running',
    "result" TEXT,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" DATETIME
);

-- One rollout for each shard instead of one.
CREATE TABLE "new_Rollout" (
    "runId" TEXT NOT NULL,
    "update" INTEGER NOT NULL,
    "parts" TEXT NOT NULL,
    "gradients" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "gradientsPrunedAt" DATETIME,

    PRIMARY KEY ("runId", "update"),
    CONSTRAINT "Rollout_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_Rollout" ("runId", "update", "parts", "gradients", "summary")
SELECT "runId", "update",
    json_array(json_object(
        'rollout', json_object('kind', 'rollout', 'hash', "rolloutHash", 'bytes', "rolloutBytes"),
        'rewards', json_object('kind', 'rewards', 'hash', "rewardsHash", 'bytes', "rewardsBytes"))),
    '[]', "summary"
FROM "Rollout";
DROP TABLE "Rollout";
ALTER TABLE "new_Rollout" RENAME TO "Rollout";

-- Settings and results of earlier runs as they are written now.
UPDATE "Experiment" SET "config" = json_remove(
    json_set("config", '$.checkpoints', json_object('everyUpdates', json_extract("config", '$.checkpointEveryUpdates'))),
    '$.checkpointEveryUpdates')
WHERE json_extract("config", '$.checkpointEveryUpdates') IS NOT NULL;
UPDATE "Run" SET "result" = json_set("result", '$.tokens', (
    SELECT CAST(COALESCE(SUM("value"), 0) AS INTEGER) FROM "Metric" WHERE "Metric"."runId" = "Run"."id" AND "name" = 'num_tokens'))
WHERE "result" IS NOT NULL;

-- CreateIndex
CREATE INDEX "Run_sweepId_idx" ON "Run"("sweepId");

-- CreateIndex
CREATE INDEX "Checkpoint_hash_idx" ON "Checkpoint"("hash");
