/** Keeps passwords in addresses out of what is shown or handed on. */

/** Stands in an address where the password was. */
export const hiddenPassword = '…';

/** A text without the passwords of the addresses it holds, if it holds any. */
export function hidePassword(text: string): string {
  // A scheme begins where a word does: from every letter of a long word, the search would take its length squared.
  return text.replace(/(\b\w+:\/\/[^\s:@/]*):[^\s]*@/g, `$1:${hiddenPassword}@`);
}

/** The same for every text in a value as JSON has it. */
export function hidePasswords<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === 'string' ? hidePassword(part) : part,
  ) as Value;
}
