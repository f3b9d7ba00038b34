/** The artifact store alone: imported without loading Prisma. */
export { canonicalJson } from './canonical-json.ts';
export { openArtifacts, openLocalArtifactStore } from './local-artifact-store.ts';
