-- AlterTable
ALTER TABLE "Evaluation" ADD COLUMN "afterTurns" TEXT;

-- AlterTable
ALTER TABLE "Prediction" ADD COLUMN "turns" TEXT;
