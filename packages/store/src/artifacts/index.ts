/** The artifact store and the step cache alone: imported without loading Prisma. */
export { artifactsIn } from './artifacts-in.ts';
export { canonicalJson } from './canonical-json.ts';
export { openLocalArtifactStore } from './local-artifact-store.ts';
export { checkArtifacts, openArtifacts, openStepCache } from './open-artifacts.ts';
