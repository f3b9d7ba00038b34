/** Tables of the river line. */
import type { DatabaseSchema } from '@queryloop/text-to-sql';

type Columns = DatabaseSchema['tables'][number]['columns'];

const integer = (name: string): Columns[number] => ({ name, type: 'integer' });
const text = (name: string): Columns[number] => ({ name, type: 'text' });
const key = (name: string, table: string, column = name): Columns[number] => ({
  name,
  type: 'integer',
  references: { table, column },
});
const table = (name: string, columns: Columns) => ({ name, primaryKey: [columns[0]?.name ?? ''], columns });

export const riverLineSchema: DatabaseSchema = {
  tables: [
    table('River', [integer('river_id'), text('name'), integer('length_km')]),
    table('Town', [integer('town_id'), text('name'), key('river_id', 'River'), integer('inhabitants')]),
    table('Shipyard', [integer('shipyard_id'), text('name'), key('town_id', 'Town')]),
    table('Boat', [
      integer('boat_id'),
      text('name'),
      key('shipyard_id', 'Shipyard'),
      text('kind'),
      integer('launched'),
      integer('seats'),
    ]),
    table('Captain', [
      integer('captain_id'),
      text('name'),
      integer('birth_year'),
      key('home_town_id', 'Town', 'town_id'),
    ]),
    table('Route', [integer('route_id'), text('name'), key('river_id', 'River'), integer('distance_km')]),
    table('Voyage', [
      integer('voyage_id'),
      key('boat_id', 'Boat'),
      key('captain_id', 'Captain'),
      key('route_id', 'Route'),
      integer('year'),
      text('season'),
      integer('passengers'),
      integer('delay_minutes'),
    ]),
    table('Good', [integer('good_id'), text('name')]),
    table('Cargo', [integer('cargo_id'), key('voyage_id', 'Voyage'), key('good_id', 'Good'), integer('tonnes')]),
    table('Repair', [
      integer('repair_id'),
      key('boat_id', 'Boat'),
      key('shipyard_id', 'Shipyard'),
      text('part'),
      integer('year'),
      integer('cost'),
    ]),
  ],
};
