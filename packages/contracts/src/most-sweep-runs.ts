/** Runs of one sweep at most: the whole config of each trial travels with the workflow's input. */
export const mostSweepRuns = 500;
