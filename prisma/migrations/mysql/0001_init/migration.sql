SET FOREIGN_KEY_CHECKS = 0;

-- CreateTable
CREATE TABLE `Experiment` (
    `id` VARCHAR(191) NOT NULL PRIMARY KEY,
    `name` VARCHAR(191) NOT NULL,
    `hash` VARCHAR(191) NOT NULL,
    `config` LONGTEXT NOT NULL,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `Sweep` (
    `id` VARCHAR(191) NOT NULL PRIMARY KEY,
    `name` VARCHAR(191) NOT NULL,
    `settings` LONGTEXT NOT NULL,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `Run` (
    `id` VARCHAR(191) NOT NULL PRIMARY KEY,
    `experimentId` VARCHAR(191) NOT NULL,
    `sweepId` VARCHAR(191),
    `datasetHash` VARCHAR(191),
    `seed` INTEGER NOT NULL,
    `status` VARCHAR(191) NOT NULL DEFAULT 'running',
    `result` LONGTEXT,
    `error` LONGTEXT,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `finishedAt` DATETIME(3),
    CONSTRAINT `Run_experimentId_fkey` FOREIGN KEY (`experimentId`) REFERENCES `Experiment` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT `Run_sweepId_fkey` FOREIGN KEY (`sweepId`) REFERENCES `Sweep` (`id`) ON DELETE SET NULL ON UPDATE CASCADE,
    CONSTRAINT `Run_datasetHash_fkey` FOREIGN KEY (`datasetHash`) REFERENCES `Dataset` (`hash`) ON DELETE SET NULL ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `Attempt` (
    `runId` VARCHAR(191) NOT NULL,
    `number` INTEGER NOT NULL,
    `host` VARCHAR(191) NOT NULL,
    `processId` INTEGER NOT NULL,
    `startedAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `endedAt` DATETIME(3),
    `outcome` LONGTEXT,

    PRIMARY KEY (`runId`, `number`),
    CONSTRAINT `Attempt_runId_fkey` FOREIGN KEY (`runId`) REFERENCES `Run` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `Step` (
    `runId` VARCHAR(191) NOT NULL,
    `update` INTEGER NOT NULL,
    `name` VARCHAR(191) NOT NULL,
    `seconds` DOUBLE NOT NULL,
    `output` LONGTEXT NOT NULL,
    `finishedAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    PRIMARY KEY (`runId`, `update`, `name`),
    CONSTRAINT `Step_runId_fkey` FOREIGN KEY (`runId`) REFERENCES `Run` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `Metric` (
    `runId` VARCHAR(191) NOT NULL,
    `update` INTEGER NOT NULL,
    `name` VARCHAR(191) NOT NULL,
    `value` DOUBLE NOT NULL,

    PRIMARY KEY (`runId`, `update`, `name`),
    CONSTRAINT `Metric_runId_fkey` FOREIGN KEY (`runId`) REFERENCES `Run` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `Evaluation` (
    `id` VARCHAR(191) NOT NULL PRIMARY KEY,
    `runId` VARCHAR(191) NOT NULL,
    `update` INTEGER NOT NULL,
    `split` VARCHAR(191) NOT NULL,
    `n` INTEGER NOT NULL,
    `correct` INTEGER NOT NULL,
    `accuracy` DOUBLE NOT NULL,
    `failed` INTEGER NOT NULL,
    `errorRate` DOUBLE NOT NULL,
    `ems` DOUBLE NOT NULL,
    `rems` DOUBLE NOT NULL,
    `byType` LONGTEXT NOT NULL,
    `predictionsHash` VARCHAR(191) NOT NULL,
    `predictionsBytes` INTEGER NOT NULL,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    CONSTRAINT `Evaluation_runId_fkey` FOREIGN KEY (`runId`) REFERENCES `Run` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `Prediction` (
    `evaluationId` VARCHAR(191) NOT NULL,
    `position` INTEGER NOT NULL,
    `question` LONGTEXT NOT NULL,
    `type` VARCHAR(191) NOT NULL,
    `answer` LONGTEXT NOT NULL,
    `sql` LONGTEXT NOT NULL,
    `outcome` VARCHAR(191) NOT NULL,
    `result` LONGTEXT NOT NULL,
    `correct` BOOLEAN NOT NULL,
    `failed` BOOLEAN NOT NULL,

    PRIMARY KEY (`evaluationId`, `position`),
    CONSTRAINT `Prediction_evaluationId_fkey` FOREIGN KEY (`evaluationId`) REFERENCES `Evaluation` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `Comparison` (
    `id` VARCHAR(191) NOT NULL PRIMARY KEY,
    `runId` VARCHAR(191) NOT NULL,
    `baseId` VARCHAR(191) NOT NULL,
    `finalId` VARCHAR(191) NOT NULL,
    `points` DOUBLE NOT NULL,
    `ciLow` DOUBLE NOT NULL,
    `ciHigh` DOUBLE NOT NULL,
    `mcnemarP` DOUBLE NOT NULL,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    CONSTRAINT `Comparison_runId_fkey` FOREIGN KEY (`runId`) REFERENCES `Run` (`id`) ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT `Comparison_baseId_fkey` FOREIGN KEY (`baseId`) REFERENCES `Evaluation` (`id`) ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT `Comparison_finalId_fkey` FOREIGN KEY (`finalId`) REFERENCES `Evaluation` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `Rollout` (
    `runId` VARCHAR(191) NOT NULL,
    `update` INTEGER NOT NULL,
    `rolloutHash` VARCHAR(191) NOT NULL,
    `rolloutBytes` INTEGER NOT NULL,
    `rewardsHash` VARCHAR(191) NOT NULL,
    `rewardsBytes` INTEGER NOT NULL,
    `summary` LONGTEXT NOT NULL,

    PRIMARY KEY (`runId`, `update`),
    CONSTRAINT `Rollout_runId_fkey` FOREIGN KEY (`runId`) REFERENCES `Run` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `Checkpoint` (
    `runId` VARCHAR(191) NOT NULL,
    `update` INTEGER NOT NULL,
    `hash` VARCHAR(191) NOT NULL,
    `bytes` INTEGER NOT NULL,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    PRIMARY KEY (`runId`, `update`),
    CONSTRAINT `Checkpoint_runId_fkey` FOREIGN KEY (`runId`) REFERENCES `Run` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `Dataset` (
    `hash` VARCHAR(191) NOT NULL PRIMARY KEY,
    `bytes` INTEGER NOT NULL,
    `label` VARCHAR(191) NOT NULL,
    `questions` LONGTEXT NOT NULL,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `Note` (
    `id` VARCHAR(191) NOT NULL PRIMARY KEY,
    `runId` VARCHAR(191) NOT NULL,
    `text` LONGTEXT NOT NULL,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    CONSTRAINT `Note_runId_fkey` FOREIGN KEY (`runId`) REFERENCES `Run` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `Tag` (
    `runId` VARCHAR(191) NOT NULL,
    `name` VARCHAR(191) NOT NULL,

    PRIMARY KEY (`runId`, `name`),
    CONSTRAINT `Tag_runId_fkey` FOREIGN KEY (`runId`) REFERENCES `Run` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateIndex
CREATE UNIQUE INDEX `Experiment_hash_key` ON `Experiment`(`hash`);

-- CreateIndex
CREATE INDEX `Run_status_createdAt_idx` ON `Run`(`status`, `createdAt`);

-- CreateIndex
CREATE INDEX `Run_experimentId_idx` ON `Run`(`experimentId`);

-- CreateIndex
CREATE INDEX `Metric_runId_name_update_idx` ON `Metric`(`runId`, `name`, `update`);

-- CreateIndex
CREATE UNIQUE INDEX `Evaluation_runId_update_split_key` ON `Evaluation`(`runId`, `update`, `split`);

-- CreateIndex
CREATE INDEX `Comparison_runId_idx` ON `Comparison`(`runId`);

-- CreateIndex
CREATE UNIQUE INDEX `Comparison_baseId_finalId_key` ON `Comparison`(`baseId`, `finalId`);

-- CreateIndex
CREATE INDEX `Note_runId_idx` ON `Note`(`runId`);

-- CreateIndex
CREATE INDEX `Tag_name_idx` ON `Tag`(`name`);

SET FOREIGN_KEY_CHECKS = 1;
