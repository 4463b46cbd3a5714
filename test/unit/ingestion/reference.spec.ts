import 'reflect-metadata';
import { CompiledValidator } from '../../../src/ingestion/contract/compiled-validator';
import { TransitionDataDto } from '../../../src/ingestion/contract/transition-data.dto';
import { TransitionEventDto } from '../../../src/ingestion/contract/transition-event.dto';
import { codeOfConstraint } from '../../../src/ingestion/contract/violations';
import { read } from '../../support/repository';

const PAGE = read('docs/reference/transition-event.md');
/** What the first column of the page's tables names. */
const NAMED = [...PAGE.matchAll(/^\| ((?:`[a-zA-Z]+`(?:, )?)+) +\|/gm)].flatMap(([, names = '']) =>
  names.split(', ').map((name) => name.trim().replaceAll('`', '')),
);

/** Members of a DTO: those that validation calls unknown are none. */
function membersOf(type: new () => object, candidates: readonly string[]): string[] {
  const all = Object.fromEntries(candidates.map((name) => [name, Symbol.iterator]));
  const unknown = new CompiledValidator(type)
    .errors(all, codeOfConstraint)
    .filter(({ code }) => code === 'unknown-field')
    .map(({ pointer }) => pointer.slice(1));
  return candidates.filter((name) => !unknown.includes(name));
}

describe('the reference page of the transition event', () => {
  it('shows an event that is accepted', () => {
    const [, example = ''] = /```json\n(.*?)```/s.exec(PAGE) ?? [];
    const event = JSON.parse(example) as object;
    expect(new CompiledValidator(TransitionEventDto).errors(event, codeOfConstraint)).toEqual([]);
  });

  it('names no attribute or member that the service does not know', () => {
    expect(NAMED.length).toBeGreaterThan(25);
    const known = [...membersOf(TransitionEventDto, NAMED), ...membersOf(TransitionDataDto, NAMED)];
    expect(NAMED.filter((name) => !known.includes(name))).toEqual([]);
  });
});
