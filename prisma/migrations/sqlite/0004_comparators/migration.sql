-- AlterTable
ALTER TABLE "Evaluation" ADD COLUMN "comparators" TEXT;

-- AlterTable
ALTER TABLE "Prediction" ADD COLUMN "scores" TEXT;
