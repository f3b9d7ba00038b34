/** The prompt of the small policy: the linked question, one line; the query follows on the next. */

/** `question: how many {type} did {athlete} win ?⏎` */
export function linkedPrompt(linkedQuestion: string): string {
  return `question: ${linkedQuestion}\n`;
}
