/** Keeps passwords in addresses out of what is shown or handed on. */

/** Stands in an address where the password was. */
export const hiddenPassword = '…';

/** Beginning of an address, and what stands for its password, to the last @ of the word. A name in ${} is none: it is read from the environment. */
const withPassword = /(\b\w+:\/\/[^\s:@/]*):(?!\$\{\w+\}@[^\s@]*(?:\s|$))[^\s]*@/g;

/** A text without the passwords of the addresses it holds, if it holds any. */
export function hidePassword(text: string): string {
  // A scheme begins where a word does: from every letter of a long word, the search would take its length squared.
  return text.replace(withPassword, `$1:${hiddenPassword}@`);
}

/** Whether a text holds an address with a password itself, and not the name of an environment variable. */
export const holdsPassword = (text: string): boolean => hidePassword(text) !== text;

/** The same for every text in a value as JSON has it. */
export function hidePasswords<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === 'string' ? hidePassword(part) : part,
  ) as Value;
}

/** An address with neither password nor the variable's name: two such texts that are equal lead to the same place. */
export const placeOf = (text: string): string => hidePassword(text).replace(/:\$\{\w+\}@/g, `:${hiddenPassword}@`);
