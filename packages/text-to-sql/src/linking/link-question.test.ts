import { describe, expect, it } from 'vitest';
import { linkQuestion } from './link-question.ts';
import { buildValueIndex } from './value-index.ts';

const values = (kind: string, ...list: string[]) => ({ kind, entries: list.map((value) => ({ value })) });
const index = buildValueIndex(
  [
    values('athlete', "Ciara O'Brien", 'Zoë Ångström', 'Ann Lee', 'J. P. Wu'),
    {
      kind: 'type',
      entries: ['gold medal', 'gold medals', 'gold']
        .map((phrase) => ({ value: 'MedalGold', phrase }))
        .concat({ value: 'MedalSilver', phrase: 'silver' }),
    },
    values('tournament', 'City Games', 'City Games (Indoor)', 'All', 'Team Cup'),
    values('format', 'Team', 'Team ', "Men's 4x100 m relay", '60 kg'),
  ],
  { kind: 'year', from: 1950, to: 2020 },
);

describe('linkQuestion', () => {
  it('takes the longest match and links several kinds in one question', () => {
    const { text, bindings } = linkQuestion(
      "How many Gold Medals did Ann Lee win in the Men's 4x100 m relay City Games (Indoor) before 1999?",
      index,
    );
    expect(text).toBe('how many {type} did {athlete} win in the {format} {tournament} before {year} ?');
    expect(bindings).toEqual({
      type: 'MedalGold',
      athlete: 'Ann Lee',
      format: "Men's 4x100 m relay",
      tournament: 'City Games (Indoor)',
      year: 1999,
    });
  });

  it('reads past accents, apostrophes, initials and case', () => {
    expect(linkQuestion('Did zoe angstrom meet Ciara O’Brien and j p wu?', index).bindings).toEqual({
      athlete: 'Zoë Ångström',
      athlete2: "Ciara O'Brien",
      athlete3: 'J. P. Wu',
    });
    expect(linkQuestion("How old was Ann Lee's coach?", index).text).toBe("how old was {athlete} 's coach ?");
  });

  it('numbers further values of a kind and repeats a placeholder for an equal value', () => {
    const { text, bindings } = linkQuestion('gold, then silver, then gold again between 1960 and 1970', index);
    expect(text).toBe('{type} , then {type2} , then {type} again between {year} and {year2}');
    expect(bindings).toEqual({ type: 'MedalGold', type2: 'MedalSilver', year: 1960, year2: 1970 });
  });

  it('leaves unknown values and ordinary words as plain text', () => {
    const { text, bindings } = linkQuestion('List all the medals of Bob Stone in {sport} 1066', index);
    expect(text).toBe('list all the medals of bob stone in sport 1066');
    expect(bindings).toEqual({});
    expect(linkQuestion('won at All in 1960', index).bindings).toEqual({ tournament: 'All', year: 1960 });
  });

  it('tells values apart that differ in trailing spaces only', () => {
    expect(linkQuestion('How many in the Team  ?', index).bindings).toEqual({ format: 'Team ' });
    expect(linkQuestion('How many in the Team ?', index).bindings).toEqual({ format: 'Team' });
    expect(linkQuestion('How many in the Team Cup ?', index).bindings).toEqual({ tournament: 'Team Cup' });
  });

  it('links plain numbers where the word list asks for it', () => {
    const numbered = buildValueIndex([values('format', 'Two Man', 'Team')], index.years, { kind: 'number' });
    const { text, bindings } = linkQuestion(
      'The top five with 1,250 points or 2.5 m in the Two Man before 1999, or 3rd with 12?',
      numbered,
    );
    expect(text).toBe(
      'the top {number} with {number2} points or {number3} m in the {format} before {year} , or 3rd with {number4} ?',
    );
    expect(bindings).toEqual({ number: 5, number2: 1250, number3: 2.5, format: 'Two Man', year: 1999, number4: 12 });
    expect(linkQuestion('The top five with 12', index).bindings).toEqual({});
  });
});
