/** Names of the built-in world, all invented: people, cities, tournaments and formats. */
import type { Draw } from '../random.ts';

const given =
  'Aldric,Brisa,Cælin,Dovrė,Élowen,Fenno,Gwillam,Hætta,Iseldë,Jorvik,Kaisu,Lúthen,Mirelle,Nünja,Orsino,Pavli,Quill,Rhoswen,Søla,Tiberiu,Ulvar,Vesna,Wystan,Xanthe,Yrsa,Zephan'.split(
    ',',
  );
const starts = 'Am,Bel,Cor,Dra,El,Far,Gor,Hal,Il,Jas,Kel,Lor,Mar,Nor,Ol,Per,Quen,Ros,Sel,Tor,Ul,Ver,Wil,Yor,Zan'.split(
  ',',
);
const ends =
  'bridge,dallo,enko,ford,gård,hollow,ić,kavi,lund,mère,nász,otti,pond,quist,ranta,stein,thorne,uvel,wick,zel'.split(
    ',',
  );
const particles = ['', '', '', '', "O'", "D'", 'van ', 'de la ', 'Mc', 'Saint-'];

/** A full name such as "Yrsa O'Kelgård" or "Nünja de la Torquist". */
export function inventPerson(draw: Draw): string {
  const family = () => `${draw.pick(particles)}${draw.pick(starts)}${draw.pick(ends)}`;
  const double = draw.chance(0.1);
  return `${draw.pick(given)} ${family()}${double ? `-${draw.pick(starts)}${draw.pick(ends)}` : ''}`;
}

export const cities = (
  'Ambervale,Brackwater,Castel Orin,Dunmarrow,Eisfjörd,Farrowgate,Glimmerford,Højstad,Iverloch,Jadehaven,Kestrel Bay,Lützwald,Marrowick,Nová Lípa,Oldmere,' +
  "Port Sable,Quarryton,Ravenholt,São Telmo,Tallowick,Umberton,Valdoro,Westmarch,Xerova,Yellowmoor,Zürnau,L'Ambrel,Saint-Orvin,Greywater,Thornbury Falls,Kõrgesaar,Myrrhdal"
).split(',');

export const tournaments = (
  'Meridian Championships,Junior Meridian Championships,Harbour Cup,Northern Lights Games,Sapphire Trophy,Twin Rivers Open,Continental Masters,Youth Continental Masters,' +
  "Lantern Festival Games,Highland Shield,Iron Crown Series,Emerald Isles Games,King's Plate,Grand Tour Finals,Universities' Regatta,Frost Cup,Coral Coast Games,Summit Invitational"
).split(',');

export const formats =
  'Sprint,Long Sprint,Relay,Mixed Relay,Solo,Duo,Mixed Duo,Squad,Pursuit,Team Pursuit,Slalom,Giant Slalom,Épreuve libre,12 km Trail,3x500 m Medley,Lightweight,Heavyweight,Marathon'.split(
    ',',
  );
