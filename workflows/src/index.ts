/** The workflows a worker runs; Temporal registers what is exported here by its name. */
export { analysis } from './analysis.ts';
export { experiment } from './experiment.ts';
export { sweep } from './sweep.ts';
