/** A small typed generator of expressions and queries over the athletes schema, for comparing the databases. */
import fc from 'fast-check';

type Text = fc.Arbitrary<string>;

const integerColumn = fc.constantFrom(
  'm.year',
  'm.medal_id',
  'm.format_id',
  'a.athlete_id',
  'p.birth_year',
  'p.birth_month',
);
const textColumn = fc.constantFrom('m.type', 'm.location', 'a.name', 't.name', 'f.name');
const integer = fc.constantFrom('0', '1', '2', '3', '7', '10', '1990', '2010', '-1', '-7');
const decimal = fc.constantFrom('0.5', '1.5', '2.25', '-2.5', '3.0');
const literal = fc.constantFrom(
  "''",
  "'a'",
  "'A'",
  "'abc'",
  "'ABC'",
  "'3'",
  "'3abc'",
  "' 7'",
  "'-1.5x'",
  "'1990'",
  "'MedalGold'",
  "'medalgold'",
  "'é'",
  "'É'",
  "'e'",
  "'b '",
  "'b'",
  "'2010-05-17'",
  "'10:20:30'",
  "'%'",
  "'o'",
  '"x"',
);

/** Dates as they are written; what others are taken for differs (docs/dialect.md). */
const date = fc.constantFrom("'2010-05-17'", "'1999-12-31'", "'2000-02-29'", "'2012-01-01 10:20:30'");

const moment = fc.constantFrom("'2012-01-01 10:20:30'", "'23:59:01'");

const call = (name: string, ...args: Text[]): Text =>
  fc.tuple(...args).map((values) => `${name}(${values.join(', ')})`);
const infix = (sign: string, left: Text, right: Text): Text =>
  fc.tuple(left, right).map(([a, b]) => `${a} ${sign} ${b}`);
const bracketed = (inner: Text): Text => inner.map((text) => `(${text})`);

/** Expressions by what they give; `number` and `text` of at most `depth` levels. */
export const { expression } = fc.letrec<Record<'number' | 'text' | 'truth' | 'expression', string>>((tie) => {
  const [number, text, truth] = [tie('number'), tie('text'), tie('truth')];
  const any = fc.oneof(number, text);
  const depth = { maxDepth: 3, depthSize: 'small' as const };
  return {
    expression: fc.oneof(
      { weight: 3, arbitrary: number },
      { weight: 3, arbitrary: text },
      { weight: 4, arbitrary: truth },
    ),
    number: fc.oneof(
      depth,
      fc.oneof(integerColumn, integer, decimal, fc.constant('NULL')),
      ...['+', '-', '*', '/', '%', 'DIV', 'MOD'].map((sign) => bracketed(infix(sign, number, number))),
      infix('+', number, infix('*', number, number)),
      bracketed(infix('+', text, number)),
      number.map((inner) => `(- ${inner})`),
      ...['ABS', 'FLOOR', 'CEIL', 'SIGN', 'ROUND'].map((name) => call(name, number)),
      call('ROUND', number, fc.constantFrom('0', '1', '2', '-1')),
      call('TRUNCATE', number, fc.constantFrom('0', '1')),
      call('MOD', number, number),
      call('GREATEST', number, number),
      call('LEAST', number, number, number),
      call('COALESCE', number, number),
      call('IFNULL', number, number),
      call('NULLIF', number, number),
      call('IF', truth, number, number),
      ...['LENGTH', 'CHAR_LENGTH', 'ASCII'].map((name) => call(name, text)),
      call('LOCATE', text, text),
      call('INSTR', text, text),
      call('FIELD', text, text, text),
      call('STRCMP', text, text),
      ...[
        'YEAR',
        'MONTH',
        'DAY',
        'DAYOFYEAR',
        'DAYOFWEEK',
        'WEEKDAY',
        'QUARTER',
        'WEEK',
        'WEEKOFYEAR',
        'YEARWEEK',
        'TO_DAYS',
      ].map((name) => call(name, date)),
      ...['HOUR', 'MINUTE', 'SECOND'].map((name) => call(name, moment)),
      call('DATEDIFF', date, date),
      fc
        .tuple(fc.constantFrom('DAY', 'MONTH', 'YEAR', 'WEEK', 'QUARTER', 'HOUR'), date, date)
        .map(([unit, a, b]) => `TIMESTAMPDIFF(${unit}, ${a}, ${b})`),
      fc
        .tuple(fc.constantFrom('DAY', 'MONTH', 'YEAR', 'WEEK', 'YEAR_MONTH', 'HOUR'), date)
        .map(([unit, a]) => `EXTRACT(${unit} FROM ${a})`),
      any.map((inner) => `CAST(${inner} AS SIGNED)`),
      number.map((inner) => `CAST(${inner} AS DECIMAL(10,2))`),
      fc.tuple(truth, number, number).map(([a, b, c]) => `CASE WHEN ${a} THEN ${b} ELSE ${c} END`),
      truth.map((inner) => `(${inner})`),
    ),
    text: fc.oneof(
      depth,
      fc.oneof({ weight: 2, arbitrary: textColumn }, { weight: 3, arbitrary: literal }),
      call('CONCAT', text, integerColumn),
      call('CONCAT', text, text, text),
      call('CONCAT_WS', literal, text, text),
      ...['UPPER', 'LOWER', 'TRIM', 'REVERSE', 'LTRIM', 'SOUNDEX'].map((name) => call(name, text)),
      call('LEFT', text, integer),
      call('RIGHT', text, integer),
      call('SUBSTRING', text, integer),
      call('SUBSTRING', text, integer, integer),
      call('REPLACE', text, text, text),
      call('LPAD', text, fc.constantFrom('3', '12'), literal),
      call('REPEAT', text, fc.constantFrom('0', '2')),
      call('SUBSTRING_INDEX', text, literal, fc.constantFrom('1', '-1', '2')),
      call('COALESCE', text, text),
      call('NULLIF', text, text),
      // As a text: beside a number MariaDB looks for the greatest number.
      call('GREATEST', text, text).map((inner) => `CONCAT(${inner})`),
      call('IF', truth, text, text),
      fc.tuple(text, literal, text).map(([a, b, c]) => `CASE ${a} WHEN ${b} THEN ${c} END`),
      integerColumn.map((inner) => `CAST(${inner} AS CHAR)`),
      fc
        .tuple(date, integer, fc.constantFrom('DAY', 'MONTH', 'YEAR', 'WEEK', 'HOUR', 'MINUTE', 'QUARTER'))
        .map(([a, b, c]) => `CONCAT(DATE_ADD(${a}, INTERVAL ${b} ${c}))`),
      fc
        .tuple(date, integer, fc.constantFrom('DAY', 'MONTH', 'YEAR'))
        .map(([a, b, c]) => `CONCAT(${a} - INTERVAL ${b} ${c})`),
      date.map((inner) => `CONCAT(DATE(${inner}))`),
      date.map((inner) => `CONCAT(LAST_DAY(${inner}))`),
      fc
        .tuple(date, fc.constantFrom('%Y %M %e %W', '%d/%m/%y %H:%i', '%a %b %D', '%j %U %u %V %v %X %x', '%h:%i %p'))
        .map(([a, b]) => `DATE_FORMAT(${a}, '${b}')`),
      ...['DAYNAME', 'MONTHNAME'].map((name) => call(name, date)),
    ),
    truth: fc.oneof(
      depth,
      fc.oneof(infix('=', integerColumn, integer), infix('=', textColumn, literal)),
      ...['=', '<>', '<', '>', '<=', '>=', '<=>', '!='].map((sign) => bracketed(infix(sign, any, any))),
      ...['AND', 'OR', 'XOR', '&&', '||'].map((sign) => bracketed(infix(sign, truth, truth))),
      truth.map((inner) => `NOT ${inner}`).map((inner) => `(${inner})`),
      truth.map((inner) => `!${inner}`).map((inner) => `(${inner})`),
      any.map((inner) => `${inner} IS NULL`),
      truth.map((inner) => `(${inner} IS NOT TRUE)`),
      fc.tuple(any, any, any).map(([a, b, c]) => `(${a} BETWEEN ${b} AND ${c})`),
      fc.tuple(any, fc.array(any, { minLength: 1, maxLength: 3 })).map(([a, list]) => `(${a} IN (${list.join(', ')}))`),
      fc
        .tuple(text, fc.constantFrom("'%a%'", "'_e%'", "'MEDAL%'", "'%é%'", "'É%'", "'a\\\\%b'", "'100|%'"))
        .map(([a, b]) => `(${a} LIKE ${b})`),
      fc
        .tuple(text, fc.constantFrom("'^m'", "'[0-9]+'", "'a|b'", "'é'", "'[[:alpha:]]$'"))
        .map(([a, b]) => `(${a} REGEXP ${b})`),
    ),
  };
});

/** A query that shows expressions for a few rows. */
export const rowsOf = (expressions: readonly string[]): string =>
  `SELECT m.medal_id, ${expressions.join(', ')} FROM Medal m JOIN Format f ON f.format_id = m.format_id JOIN Tournament t ON t.tournament_id = f.tournament_id ` +
  'JOIN Athlete a ON a.athlete_id = t.athlete_id LEFT JOIN PersonalInformation p ON p.athlete_id = a.athlete_id WHERE m.medal_id IN (1, 40, 77, 400) ORDER BY m.medal_id';

const sign = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...'abzABZéÉèëñÑöÖüçşłŁøØåÅæÆßđðþœŒ') },
  { weight: 2, arbitrary: fc.constantFrom(...' _-,;:!?."()[]{}@*/&#%^+<=>|~$0189') },
  { weight: 1, arbitrary: fc.integer({ min: 0xa1, max: 0x17f }).map((code) => String.fromCodePoint(code)) },
);
const word = fc.string({ unit: sign, maxLength: 4 });

/** Two short texts that often differ by one character, in comparison. */
export const textComparison: Text = fc
  .oneof(
    fc.tuple(word, word),
    fc.tuple(sign, sign),
    fc.tuple(word, sign, sign, word).map(([a, b, c, d]): [string, string] => [a + b + d, a + c + d]),
  )
  .map(([a, b]) => `SELECT '${a}' < '${b}', '${a}' = '${b}'`);
