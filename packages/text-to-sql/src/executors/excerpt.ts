/** The beginning of a text as messages quote it: no character is cut in half. */
export const excerpt = (text: string, length: number): string => text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
