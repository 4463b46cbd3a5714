import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VARIABLES } from '../../../src/config';

describe('the reference page of the configuration', () => {
  const page = readFileSync(join(__dirname, '../../../docs/reference/configuration.md'), 'utf8');

  it.each(Object.values(VARIABLES).map((v) => [v.name, v.shownDefault] as const))(
    'lists %s with its default',
    (name, shown) => {
      expect(page).toMatch(
        new RegExp(`\\| \`${name}\` \\| \`${shown.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}\` \\|`),
      );
    },
  );
});
