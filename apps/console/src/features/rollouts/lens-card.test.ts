import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { LensCard } from './lens-card.tsx';
import type { LensCompletion } from './lens-schemas.ts';

const completion = (text: string, more: Partial<LensCompletion> = {}): LensCompletion => ({
  places: [0],
  text,
  bound: [text],
  turns: [],
  finished: true,
  proposed: false,
  length: 3,
  logProb: -1.25,
  reward: 0.5,
  parts: { correct: 1, wrong: 0, failed: -0.5, partial: 0 },
  advantage: -0.25,
  executions: null,
  ...more,
});

const shown = (card: LensCompletion, best: LensCompletion | null): string =>
  renderToStaticMarkup(
    createElement(LensCard, {
      completion: card,
      best,
      question: 0,
      template: false,
      largest: { reward: 1, advantage: 1 },
    }),
  );

test('markup and control characters of query and result are shown as text', () => {
  const cells = ['<img src=x onerror=alert(1)>', 'bell\u0007', '\u202egnirts', null];
  const html = shown(
    completion("SELECT '</code><script>alert(1)</script>\u001b[31m'", {
      executions: [
        { ran: true, outcome: 'wrong', rems: 0, columns: ['<b>', 'b', 'c', 'd'], rowCount: 9, rows: [cells] },
      ],
    }),
    completion('SELECT 1'),
  );
  expect(html).not.toContain('<script');
  expect(html).not.toContain('<img');
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(html).toContain('\\u001b[31m');
  expect(html).toContain('bell\\u0007');
  expect(html).toContain('\\u202egnirts');
  expect(html).toContain('first 1 of 9 rows');
});

test('marks what differs from the best, and tells the parts of a mixed reward', () => {
  const html = shown(completion('SELECT MAX(year)'), completion('SELECT MIN(year)'));
  expect(html).toMatch(/<ins[^>]*>MAX<\/ins>/);
  expect(html).toMatch(/<del[^>]*>MIN<\/del>/);
  expect(html).toContain('reward = correct 1 + failed -0.5');
  expect(shown(completion('SELECT MIN(year)'), null)).toContain('best reward');
});

test('a query that failed shows the message; a proposal that was not adopted shows no bars', () => {
  const failed = completion('x', { executions: [{ ran: false, outcome: 'syntax', message: 'near "<x>"' }] });
  expect(shown(failed, null)).toContain('near &quot;&lt;x&gt;&quot;');
  const idle = shown(completion('x', { proposed: true, reward: null, advantage: null, parts: null }), null);
  expect(idle).toContain('proposed, not adopted');
  expect(idle).not.toContain('advantage');
});
