export * from './artifact.ts';
export * from './experiment-config.ts';
export * from './experiment-steps.ts';
export * from './predictions.ts';
export * from './run.ts';
export * from './step-context.ts';
export * from './steps.ts';
export * from './user-error.ts';
