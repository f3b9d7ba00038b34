SET FOREIGN_KEY_CHECKS = 0;

-- CreateTable
CREATE TABLE `Analysis` (
    `id` VARCHAR(191) NOT NULL PRIMARY KEY,
    `runId` VARCHAR(191) NOT NULL,
    `kind` VARCHAR(191) NOT NULL,
    `settings` LONGTEXT NOT NULL,
    `status` VARCHAR(191) NOT NULL DEFAULT 'running',
    `result` LONGTEXT,
    `error` LONGTEXT,
    `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `finishedAt` DATETIME(3),
    CONSTRAINT `Analysis_runId_fkey` FOREIGN KEY (`runId`) REFERENCES `Run` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `Action` (
    `id` VARCHAR(191) NOT NULL PRIMARY KEY,
    `subject` VARCHAR(191) NOT NULL,
    `name` VARCHAR(191) NOT NULL,
    `actor` VARCHAR(191) NOT NULL,
    `detail` LONGTEXT NOT NULL,
    `at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateIndex
CREATE INDEX `Analysis_runId_kind_createdAt_idx` ON `Analysis`(`runId`, `kind`, `createdAt`);

-- CreateIndex
CREATE INDEX `Action_subject_at_idx` ON `Action`(`subject`, `at`);

-- CreateIndex
CREATE INDEX `Metric_runId_name_value_idx` ON `Metric`(`runId`, `name`, `value`);

SET FOREIGN_KEY_CHECKS = 1;
