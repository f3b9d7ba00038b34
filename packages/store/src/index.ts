/** Everything Queryloop keeps: artifacts under their content hash, and the database of runs. */
export * from './artifacts/index.ts';
