/** Set-up of each test file: property tests draw the same cases each time, so that none fails by chance on a change that is not at fault. */
import fc from 'fast-check';

/** Changed by hand only. QUERYLOOP_PROPERTY_SEED=<whole number> tries other cases (docs/testing.md). */
const usual = 20_261_123;

const given = process.env['QUERYLOOP_PROPERTY_SEED'];
const seed = given ? Number(given) : usual;
// fast-check keeps 32 bits of a seed.
if ((seed | 0) !== seed) throw new Error(`QUERYLOOP_PROPERTY_SEED: "${given}" is not a whole number of 32 bits`);
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
