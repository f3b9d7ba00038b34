/** How people speak of parts of a life. */

/** Parts of a life by the tens; where people disagree about the bounds, so do the alternatives. */
export const LIFE_STAGES: readonly { words: readonly string[]; spans: readonly (readonly [number, number])[] }[] = [
  {
    words: ['', ''],
    spans: [
      [0, 9],
      [0, 10],
    ],
  },
  {
    words: ['early', 'first part of the'],
    spans: [
      [0, 3],
      [0, 4],
      [0, 2],
      [1, 3],
    ],
  },
  {
    words: ['mid', 'middle'],
    spans: [
      [4, 6],
      [4, 7],
      [3, 6],
      [3, 7],
    ],
  },
  {
    words: ['late', 'last part of the'],
    spans: [
      [7, 9],
      [8, 10],
      [6, 9],
      [8, 9],
      [7, 10],
    ],
  },
];
/** Tens of years an age question speaks of. */
export const AGE_TENS: readonly (readonly [number, string])[] = [
  [20, 'twenties'],
  [30, 'thirties'],
  [40, 'forties'],
];
