/** Keeps passwords in addresses out of what is shown or handed on. */

/** Stands in an address where the password was. */
export const hiddenPassword = '…';

/** A text without the password of the address it holds, if it holds one. */
export function hidePassword(text: string): string {
  return text.replace(/(\w+:\/\/[^\s:@/]*):[^\s]*@/, `$1:${hiddenPassword}@`);
}
