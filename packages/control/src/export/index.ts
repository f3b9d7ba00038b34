/** Exports that others can verify: written from a finished run, opened, checked, and done again in part. */
export { isArchive } from './archive.ts';
export { checkExport, type Problem } from './check-export.ts';
export { chooseUpdates, type EligibleUpdate, eligibleUpdates, ranges } from './choose-updates.ts';
export { type Build, type BuildSources, describeBuild } from './describe-build.ts';
export { type Exported, type ExportRequest, exportRun } from './export-run.ts';
export { buildChain, headHash, policyBefore } from './hash-chain.ts';
export { type OpenExport, openExport } from './open-export.ts';
export { type RepeatOptions, repeatExport } from './repeat-export.ts';
export { hashFiles, hashOf } from './sha256.ts';
