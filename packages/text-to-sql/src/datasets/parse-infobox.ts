/** Reads an athlete's infobox, the text TEMPTABQA-C gives as the context of a question. */

export const medalTypes = ['MedalGold', 'MedalSilver', 'MedalBronze'] as const;
export type MedalType = (typeof medalTypes)[number];

export interface Medal {
  type: MedalType;
  year: number;
  /** Empty where the source names none. */
  city: string;
}

export interface Infobox {
  athlete: string;
  birth?: { year: number; month: number; day: number };
  tournaments: { name: string; formats: { name: string; medals: Medal[] }[] }[];
}

const medalLine = /^([^\t]*)\t(Medal(?:Gold|Silver|Bronze)\b.*)$/;
const medalPattern = /^(Medal(?:Gold|Silver|Bronze)) \| (\d{4}) \|(.*)$/;
const datePattern = /^(\d{4})-(\d{1,2})-(\d{1,2})\s*$/;

/**
 * Parses one context. The first line is the athlete; a tournament is the last line without a tab before its format lines,
 * `format<TAB>MedalGold | year | city, …`. Names keep their spaces, as the benchmark's own database does ("Singles " and
 * "Singles" are two formats); cities are trimmed. Headings without a medal below them (and empty formats) yield nothing.
 * @throws Error saying what is wrong with the context; the reader adds file and row
 */
export function parseInfobox(context: string): Infobox {
  const lines = context.split('\n').map((line) => line.replace(/\r$/, ''));
  const athlete = lines[0]?.trim() ?? '';
  if (athlete === '' || athlete.includes('\t'))
    throw new Error('the context does not open with a line naming the athlete');
  const infobox: Infobox = { athlete, tournaments: [] };
  let heading: string | null = null;
  let tournament: Infobox['tournaments'][number] | null = null;
  for (const [index, line] of lines.entries()) {
    const found = medalLine.exec(line);
    if (found) {
      if (heading === null) throw new Error(`medals without a tournament above them: "${line.slice(0, 60)}"`);
      if (!tournament) infobox.tournaments.push((tournament = { name: heading, formats: [] }));
      tournament.formats.push({ name: found[1] ?? '', medals: parseMedals(found[2] ?? '') });
    } else if (index > 0 && line !== '' && !line.includes('\t')) {
      heading = line;
      tournament = null;
      if (line === 'Birth Date') {
        const date = datePattern.exec(lines[index + 1] ?? '');
        if (date) infobox.birth = { year: Number(date[1]), month: Number(date[2]), day: Number(date[3]) };
      }
    }
  }
  return infobox;
}

function parseMedals(text: string): Medal[] {
  return text.split(/,\s*(?=Medal(?:Gold|Silver|Bronze) \|)/).map((entry) => {
    const found = medalPattern.exec(entry);
    if (!found) throw new Error(`a medal is not "MedalGold | year | city": "${entry.slice(0, 60)}"`);
    return { type: found[1] as MedalType, year: Number(found[2]), city: (found[3] ?? '').trim() };
  });
}
