SET FOREIGN_KEY_CHECKS = 0;

-- AlterTable
ALTER TABLE `Evaluation` ADD COLUMN `comparators` LONGTEXT;

-- AlterTable
ALTER TABLE `Prediction` ADD COLUMN `scores` LONGTEXT;

SET FOREIGN_KEY_CHECKS = 1;
