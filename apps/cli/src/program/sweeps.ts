/** Commands about several runs at once: sweeps and comparisons. */
import type { Command } from 'commander';

export function registerSweeps(_program: Command, _signal: AbortSignal): void {}
