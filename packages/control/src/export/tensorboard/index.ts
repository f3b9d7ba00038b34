/** Runs as TensorBoard event files. */
export { type WrittenEvents, writeTensorboard } from './write-run.ts';
