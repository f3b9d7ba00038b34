-- CreateTable
CREATE TABLE "Experiment" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "config" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- CreateTable
CREATE TABLE "Sweep" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "settings" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- CreateTable
CREATE TABLE "Run" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "experimentId" TEXT NOT NULL,
    "sweepId" TEXT,
    "datasetHash" TEXT,
    "seed" INTEGER NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'running',
    "result" TEXT,
    "error" TEXT,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" DATETIME,
    CONSTRAINT "Run_experimentId_fkey" FOREIGN KEY ("experimentId") REFERENCES "Experiment" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "Run_sweepId_fkey" FOREIGN KEY ("sweepId") REFERENCES "Sweep" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
    CONSTRAINT "Run_datasetHash_fkey" FOREIGN KEY ("datasetHash") REFERENCES "Dataset" ("hash") ON DELETE SET NULL ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Attempt" (
    "runId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "host" TEXT NOT NULL,
    "processId" INTEGER NOT NULL,
    "startedAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" DATETIME,
    "outcome" TEXT,

    PRIMARY KEY ("runId", "number"),
    CONSTRAINT "Attempt_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Step" (
    "runId" TEXT NOT NULL,
    "update" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "seconds" REAL NOT NULL,
    "output" TEXT NOT NULL,
    "finishedAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,

    PRIMARY KEY ("runId", "update", "name"),
    CONSTRAINT "Step_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Metric" (
    "runId" TEXT NOT NULL,
    "update" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "value" REAL NOT NULL,

    PRIMARY KEY ("runId", "update", "name"),
    CONSTRAINT "Metric_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Evaluation" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "runId" TEXT NOT NULL,
    "update" INTEGER NOT NULL,
    "split" TEXT NOT NULL,
    "n" INTEGER NOT NULL,
    "correct" INTEGER NOT NULL,
    "accuracy" REAL NOT NULL,
    "failed" INTEGER NOT NULL,
    "errorRate" REAL NOT NULL,
    "ems" REAL NOT NULL,
    "rems" REAL NOT NULL,
    "byType" TEXT NOT NULL,
    "predictionsHash" TEXT NOT NULL,
    "predictionsBytes" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "Evaluation_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Prediction" (
    "evaluationId" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "question" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "answer" TEXT NOT NULL,
    "sql" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "result" TEXT NOT NULL,
    "correct" BOOLEAN NOT NULL,
    "failed" BOOLEAN NOT NULL,

    PRIMARY KEY ("evaluationId", "position"),
    CONSTRAINT "Prediction_evaluationId_fkey" FOREIGN KEY ("evaluationId") REFERENCES "Evaluation" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Comparison" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "runId" TEXT NOT NULL,
    "baseId" TEXT NOT NULL,
    "finalId" TEXT NOT NULL,
    "points" REAL NOT NULL,
    "ciLow" REAL NOT NULL,
    "ciHigh" REAL NOT NULL,
    "mcnemarP" REAL NOT NULL,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "Comparison_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "Comparison_baseId_fkey" FOREIGN KEY ("baseId") REFERENCES "Evaluation" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "Comparison_finalId_fkey" FOREIGN KEY ("finalId") REFERENCES "Evaluation" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Rollout" (
    "runId" TEXT NOT NULL,
    "update" INTEGER NOT NULL,
    "rolloutHash" TEXT NOT NULL,
    "rolloutBytes" INTEGER NOT NULL,
    "rewardsHash" TEXT NOT NULL,
    "rewardsBytes" INTEGER NOT NULL,
    "summary" TEXT NOT NULL,

    PRIMARY KEY ("runId", "update"),
    CONSTRAINT "Rollout_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Checkpoint" (
    "runId" TEXT NOT NULL,
    "update" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,

    PRIMARY KEY ("runId", "update"),
    CONSTRAINT "Checkpoint_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Dataset" (
    "hash" TEXT NOT NULL PRIMARY KEY,
    "bytes" INTEGER NOT NULL,
    "label" TEXT NOT NULL,
    "questions" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- CreateTable
CREATE TABLE "Note" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "runId" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "Note_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Tag" (
    "runId" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    PRIMARY KEY ("runId", "name"),
    CONSTRAINT "Tag_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE UNIQUE INDEX "Experiment_hash_key" ON "Experiment"("hash");

-- CreateIndex
CREATE INDEX "Run_status_createdAt_idx" ON "Run"("status", "createdAt");

-- CreateIndex
CREATE INDEX "Run_experimentId_idx" ON "Run"("experimentId");

-- CreateIndex
CREATE INDEX "Metric_runId_name_update_idx" ON "Metric"("runId", "name", "update");

-- CreateIndex
CREATE UNIQUE INDEX "Evaluation_runId_update_split_key" ON "Evaluation"("runId", "update", "split");

-- CreateIndex
CREATE INDEX "Comparison_runId_idx" ON "Comparison"("runId");

-- CreateIndex
CREATE UNIQUE INDEX "Comparison_baseId_finalId_key" ON "Comparison"("baseId", "finalId");

-- CreateIndex
CREATE INDEX "Note_runId_idx" ON "Note"("runId");

-- CreateIndex
CREATE INDEX "Tag_name_idx" ON "Tag"("name");
