import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow, read, ROOT, sourceFiles } from '../support/repository';

const pages = filesBelow('docs').filter((path) => path.endsWith('.md'));

describe('the docs', () => {
  it('have every page that the code refers to', () => {
    const named = sourceFiles().flatMap(({ path, text }) =>
      [...text.matchAll(/docs\/[a-z-]+\/[a-z0-9-]+\.md/g)].map(([page]) => ({ path, page })),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ page }) => !pages.includes(page))).toEqual([]);
  });

  it('link to pages that are there', () => {
    const root = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'].filter((page) =>
      existsSync(join(ROOT, page)),
    );
    const links = [...pages, ...root].flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)(#[^)]*)?\)/g)].map(
        ([, target = '']) => join(dirname(page), target),
      ),
    );
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((target) => !existsSync(join(ROOT, target)))).toEqual([]);
  });
});
