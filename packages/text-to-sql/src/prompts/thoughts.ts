/** Reasoning that a model writes before its answer, between tags; some chat templates open the tag in the prompt. */

const names = 'think|thinking|thought|thoughts|reasoning';
const closed = new RegExp(`^[\\s\\S]*</(?:${names})>`, 'i');
const open = new RegExp(`<(?:${names})>[\\s\\S]*$`, 'i');
const atEnd = new RegExp(`<(${names})>\\s*$`, 'i');
const atBeginning = new RegExp(`^\\s*<(?:${names})>\\s*`, 'i');

/** What is left of a text without its reasoning; nothing where the reasoning has no end. */
export function withoutThoughts(text: string): string {
  return text.replace(closed, '').replace(open, '');
}

/** The tag, with what is behind it, that a prompt ends with and so opens for what comes; empty where it opens none. */
export function thoughtsOpenedBy(prompt: string): string {
  return atEnd.exec(prompt)?.[0] ?? '';
}

/** An answer as it goes on behind `opened`, a tag that the prompt opened: it ends that reasoning, if it does not by itself. */
export function behindThoughts(opened: string, answer: string): string {
  const [, name] = atEnd.exec(opened) ?? [];
  if (name === undefined) return answer;
  return closed.test(answer) ? answer.replace(atBeginning, '') : `</${name}>\n\n${answer}`;
}
