import { ExperimentConfig } from '@queryloop/contracts';
import { expect, test } from 'vitest';
import { withoutPassword } from './without-password.ts';

test.each([
  ['sqlite', 'sqlite'],
  ['mysql://reader:secret@db.example:3306/', 'mysql://reader:…@db.example:3306/'],
  ['mariadb://reader:a:b@c@db.example/', 'mariadb://reader:…@db.example/'],
  ['mysql://reader@db.example:3306/', 'mysql://reader@db.example:3306/'],
])('%s becomes %s, and is still a config', (database, shown) => {
  const hidden = withoutPassword(ExperimentConfig.parse({ database }));
  expect(hidden.database).toBe(shown);
  expect(ExperimentConfig.parse(hidden)).toEqual(hidden);
});
