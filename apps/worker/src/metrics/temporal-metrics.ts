/** The metrics of Temporal's SDK, which serves them itself in an older format, as OpenMetrics. */

/** Empty when they cannot be had now. */
export async function temporalMetrics(address: string): Promise<string> {
  const answer = await fetch(`http://${address}/metrics`).catch(() => null);
  return answer?.ok ? asOpenMetrics(await answer.text()) : '';
}

/**
 * Prometheus' text format 0.0.4 as OpenMetrics, without the end: the family of a counter is named without `_total`, and
 * bounds of buckets are written as floats.
 */
export function asOpenMetrics(text: string): string {
  const counters = new Set([...text.matchAll(/^# TYPE (\S+)_total counter$/gm)].map(([, family]) => family as string));
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const described = /^# (HELP|TYPE) (\S+)_total (.*)$/.exec(line);
      if (described && counters.has(described[2] as string))
        return `# ${described[1]} ${described[2]} ${described[3]}\n`;
      return `${line.replace(/\ble="(\d+)"/, 'le="$1.0"')}\n`;
    })
    .join('');
}
