/** Derives the MySQL schema from the SQLite one: same models, MySQL's column types where a "mysql:" comment names one. */

/** @param {string} schema text of prisma/schema.prisma @returns {string} */
export function deriveMysqlSchema(schema) {
  return schema
    .replace(
      /^\/\/ [\s\S]*?\n\n/,
      '// Derived from ../schema.prisma by infra/prisma/generate.mjs: change that one.\n\n',
    )
    .replace('provider = "sqlite"', 'provider = "mysql"')
    .replace('"../packages/store/src/generated/sqlite"', '"../../packages/store/src/generated/mysql"')
    .replace(/ \/\/ mysql: (@db\.\w+)$/gm, ' $1');
}
