/** Names of the river line, all invented. */

export const rivers: readonly (readonly [name: string, lengthKm: number])[] = [
  ['Ostra', 412],
  ['Little Ostra', 96],
  ['Vell', 268],
  ['Mörne', 331],
  ['Saint Alban Water', 154],
  ["Heron's Run", 77],
];

export const towns = (
  'Ansbeck,Ostramouth,Quennick,Lower Quennick,Sallow Ford,Théry,Brunnau,Wick-on-Vell,Harrow Quay,Dunlin,Mornstad,Pellworth,Cray Lock,Três Pontes,Ilmfurt,' +
  "Nettlebank,Oxley Stairs,King's Weir,Tarn End,Volkau,Greenlode,Eelby,Marsh Harbour,Åsvik,Rushmere Cross,Birkholm"
).split(',');

export const yards =
  'Brandt & Daughters,Ostra Works,Quennick Slip,Lode Brothers,Åsvik Yard,Harrow Dock,Pell and Pell,The Old Slip,Vell Boatyard'.split(
    ',',
  );

export const boats = (
  'Grey Heron,Marie-Laure,Old Tobias,Kingfisher,Lady Ostra,Prince Edwin,Fröja,Sturgeon,Amber Queen,Polaris II,Water Rat,Gannet,Theodora,Comtesse,Blue Otter,Wanderer,' +
  "Saint Alban,Miller's Pride,Evening Star,Mosquito,Zephyrine,Duke of Vell,Rosalind,Plover,Hilde Brandt,Silver Eel,Aurora,Jonas,Moorhen,Étoile du Nord,Black Swan,Tern," +
  "Empress Ida,Longshanks,Sandpiper,Brave Nettle,Petrel,Hesper,Nix,Captain's Daughter,Cormorant,Lantern"
).split(',');

export const kinds = ['sailing barge', 'motor ship', 'paddle steamer'] as const;

export const given =
  'Agnes,Bertil,Cosmo,Dagny,Emrys,Fenella,Gudrun,Hollis,Ivo,Jessamy,Kees,Lisbet,Magnus,Nuala,Osric,Petra,Ruben,Signe,Tove,Ulf,Viola,Wendel'.split(
    ',',
  );
export const families =
  "Aske,Brandt,Calloway,Dree,Ekholm,Fairweather,van der Mey,Grünow,Hask,Idle,Jansky,Kerr-Lund,Larch,Mallory,Nyström,O'Dowd,Pike,Quist,Rushe,Sorrel,Tregarth,Umber,Voss,Wray".split(
    ',',
  );

export const routes = (
  'Reed Passage,Upper Ostra Line,Castle Trip,Market Run,Night Mail,Two Locks Tour,Vell Express,Millers Round,Estuary Line,Abbey Crossing,Fair Day Special,Heron Circle,' +
  'Timber Way,Morning Shuttle,Weir to Weir,Harvest Line,Mörne Packet,Lake Connection,Pilgrim Route,Sunday Loop'
).split(',');

export const goods = 'timber,salt,barley,bricks,cider,wool,lamp oil,cheese,slate,hops,dried fish,printing paper'.split(
  ',',
);

export const parts = ['rudder', 'boiler', 'hull', 'mast', 'gearbox', 'anchor winch', 'wheelhouse'] as const;

export const seasons = ['spring', 'summer', 'autumn', 'winter'] as const;
