/** The terminal: lines that stay, and one live line at the bottom that is rewritten (only on a terminal). */

export interface Screen {
  /** Prints a line that stays. */
  line(text?: string): void;
  /** Rewrites the live line; nothing on a pipe or file. */
  live(text: string): void;
  /** Empties the terminal; on a pipe or file a blank line parts what follows. */
  clear(): void;
}

/** A screen on stdout, or on stderr when stdout is kept for JSON. */
export function openScreen({ json }: { json: boolean }): Screen {
  const stream = json ? process.stderr : process.stdout;
  const clear = '\r\u001b[2K';
  let shown = false;
  return {
    line: (text = '') => {
      stream.write(`${shown ? clear : ''}${text}\n`);
      shown = false;
    },
    live: (text) => {
      if (!stream.isTTY) return;
      stream.write(`${clear}${text.slice(0, (stream.columns || 80) - 1)}`);
      shown = true;
    },
    clear: () => stream.write(stream.isTTY ? '\u001b[H\u001b[2J' : '\n'),
  };
}

const barWidth = 24;

/** E.g. "██████░░░░  25 %". */
export function progressBar(done: number, total: number): string {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const filled = Math.round(share * barWidth);
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${percent(share, 0).padStart(5)}`;
}

/** A share as "31.5 %". */
export function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}

/** Seconds as "42.1 s" or "3 min 05 s". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
