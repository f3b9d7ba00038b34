-- Written by hand, as the one of SQLite.
ALTER TABLE `Run`
    ADD COLUMN `parentId` VARCHAR(191),
    ADD COLUMN `parentUpdate` INTEGER;
ALTER TABLE `Checkpoint`
    ADD COLUMN `prunedAt` DATETIME(3);
ALTER TABLE `Step`
    ADD COLUMN `attempts` INTEGER NOT NULL DEFAULT 1,
    ADD COLUMN `reused` BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN `startedAt` DATETIME(3);

-- CreateTable
CREATE TABLE `RunChange` (
    `runId` VARCHAR(191) NOT NULL,
    `number` INTEGER NOT NULL,
    `update` INTEGER NOT NULL,
    `field` VARCHAR(191) NOT NULL,
    `from` LONGTEXT NOT NULL,
    `to` LONGTEXT NOT NULL,
    `at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    PRIMARY KEY (`runId`, `number`),
    CONSTRAINT `RunChange_runId_fkey` FOREIGN KEY (`runId`) REFERENCES `Run` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Nothing has written sweeps before: the table is empty.
ALTER TABLE `Sweep`
    ADD COLUMN `trials` LONGTEXT NOT NULL,
    ADD COLUMN `status` VARCHAR(191) NOT NULL DEFAULT 'running',
    ADD COLUMN `result` LONGTEXT,
    ADD COLUMN `finishedAt` DATETIME(3);

-- One rollout for each shard instead of one.
ALTER TABLE `Rollout`
    ADD COLUMN `parts` LONGTEXT NOT NULL,
    ADD COLUMN `gradients` LONGTEXT NOT NULL,
    ADD COLUMN `gradientsPrunedAt` DATETIME(3);
UPDATE `Rollout` SET `gradients` = '[]', `parts` =
    JSON_ARRAY(JSON_OBJECT(
        'rollout', JSON_OBJECT('kind', 'rollout', 'hash', `rolloutHash`, 'bytes', `rolloutBytes`),
        'rewards', JSON_OBJECT('kind', 'rewards', 'hash', `rewardsHash`, 'bytes', `rewardsBytes`)));
ALTER TABLE `Rollout`
    DROP COLUMN `rolloutHash`,
    DROP COLUMN `rolloutBytes`,
    DROP COLUMN `rewardsHash`,
    DROP COLUMN `rewardsBytes`;

-- Settings and results of earlier runs as they are written now.
UPDATE `Experiment` SET `config` = JSON_REMOVE(
    JSON_SET(`config`, '$.checkpoints', JSON_OBJECT('everyUpdates', JSON_EXTRACT(`config`, '$.checkpointEveryUpdates'))),
    '$.checkpointEveryUpdates')
WHERE JSON_EXTRACT(`config`, '$.checkpointEveryUpdates') IS NOT NULL;
UPDATE `Run` SET `result` = JSON_SET(`result`, '$.tokens', (
    SELECT CAST(COALESCE(SUM(`value`), 0) AS SIGNED) FROM `Metric` WHERE `Metric`.`runId` = `Run`.`id` AND `name` = 'num_tokens'))
WHERE `result` IS NOT NULL;

-- CreateIndex
CREATE INDEX `Run_sweepId_idx` ON `Run`(`sweepId`);

-- CreateIndex
CREATE INDEX `Checkpoint_hash_idx` ON `Checkpoint`(`hash`);
