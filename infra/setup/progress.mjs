/** Says what set-up does: a line when a step begins, one every ten seconds while it goes on, one with its seconds when it ends. */

const began = Date.now();
const heartbeatMs = 10_000;

/** Set-up speaks on stderr: stdout belongs to the command that follows. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

export function sinceStart() {
  return seconds(began);
}

/**
 * Runs one step of set-up. `work` is given `note`, which sets the detail of the next progress line, and gives the line that ends the step.
 * @template T @param {string} name @param {(note: (detail: string) => void) => Promise<string>} work @returns {Promise<void>}
 */
export async function step(name, work) {
  const start = Date.now();
  let detail = 'working';
  const line = (text) => say(`  [${sinceStart().padStart(6)} s] ${name.padEnd(14)} ${text}`);
  const note = (text) => {
    detail = text;
  };
  line('…');
  const heartbeat = setInterval(() => line(`${detail} (${seconds(start)} s)`), heartbeatMs);
  try {
    line(`${await work(note)} (${seconds(start)} s)`);
  } finally {
    clearInterval(heartbeat);
  }
}

function seconds(start) {
  return ((Date.now() - start) / 1000).toFixed(1);
}
