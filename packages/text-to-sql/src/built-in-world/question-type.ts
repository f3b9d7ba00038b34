/** What a question type of the built-in world is. */
import type { MedalType } from '../datasets/parse-infobox.ts';
import type { Career } from './career.ts';

/** Values a question may mention; each is drawn for the athlete, now and then one the athlete has nothing of. */
export interface Mentions {
  tournament: string;
  otherTournament: string;
  format: string;
  year: number;
  city: string;
  type: MedalType;
  otherType: MedalType;
}

export interface QuestionType {
  name: string;
  /**
   * Wordings; {a} athlete, {t} and {t2} tournaments, {f} format, {y} year, {c} city, {k} and {k2} medals of a colour in the
   * plural ("gold medals"), {k1} in the singular.
   */
  wordings: [string, ...string[]];
  /** The answer's parts, or null where the question makes no sense for the athlete. */
  answer: (career: Career, mentions: Mentions) => (string | number)[] | null;
}
