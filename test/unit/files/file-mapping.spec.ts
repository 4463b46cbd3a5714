import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFileMapping } from '../../../src/ingestion/files';
import { fileMappingOf } from '../../../src/ingestion/files/file-mapping';
import { amountText, plainDecimal } from '../../../src/ingestion/files/plain-decimal.policy';
import { workflowOf } from '../../../src/ingestion/workflow-definitions.policy';
import { type Json } from '../../../src/kernel/json';
import { xesMapping } from '../../support/event-files';

const FOLDER = join(__dirname, '../../../docs/mappings');
const SHIPPED = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

describe('the mappings that ship with the project', () => {
  it.each(SHIPPED)('%s names steps, dimensions and members that the contracts know', (name) => {
    const mapping = parseFileMapping(readFileSync(join(FOLDER, name)));
    const wrong = [...mapping.steps.values()].flatMap((step) => {
      if (step === undefined) return [];
      const workflow = workflowOf((step.object ?? mapping.object).type);
      const isAction = workflow?.transitions.some(({ action }) => action === step.action);
      return isAction === true && workflow?.states.includes(step.to) === true ? [] : [step];
    });
    expect(mapping.steps.size).toBeGreaterThan(5);
    expect(wrong).toEqual([]);
    const fields = workflowOf(mapping.object.type)!.fields;
    expect(
      mapping.dimensions.filter(([dimension]) => !fields.dimensions.includes(dimension)),
    ).toEqual([]);
    expect(mapping.custom.filter(([member]) => !(member in fields.custom))).toEqual([]);
  });
});

describe('a mapping', () => {
  const MAP = [{ value: 'Sent', action: 'submitted', to: 'submitted' }];
  const OF = { event: 'concept:name' };

  it.each<[string, Record<string, Json>, string, string]>([
    ['without a version', { mapping: 2 }, 'contract-violation', '/mapping'],
    ['of another format', { format: 'ocel' }, 'contract-violation', '/format'],
    ['with a misspelt member', { timezone: 'Europe/Berlin' }, 'unknown-field', '/timezone'],
    [
      'with a zone that nobody knows',
      { timeZone: 'Europe/Atlantis' },
      'contract-violation',
      '/timeZone',
    ],
    ['without the account', { actor: { kind: 'person' } }, 'contract-violation', '/actor/account'],
    ['with a value from nowhere', { id: {} }, 'contract-violation', '/id'],
    [
      'with a value from two places',
      { id: { event: 'a', trace: 'b' } },
      'contract-violation',
      '/id',
    ],
    ['with a column in an XES log', { id: { column: 'a' } }, 'contract-violation', '/id'],
    [
      'with an activity mapped twice',
      { steps: { of: OF, map: [...MAP, ...MAP] } },
      'contract-violation',
      '/steps/map/1/value',
    ],
    [
      'with a step without a state',
      { steps: { of: OF, map: [{ value: 'x', action: 'y' }] } },
      'contract-violation',
      '/steps/map/0/to',
    ],
    [
      'with half a pair',
      { entity: { event: 'e', values: [['a']] } },
      'contract-violation',
      '/entity/values/0',
    ],
    [
      'with a lookup nobody declared',
      { entity: { lookup: 'x', key: 'y' } },
      'contract-violation',
      '/entity/lookup',
    ],
    [
      'with a form nobody knows',
      { entity: { event: 'e', as: 'float' } },
      'contract-violation',
      '/entity/as',
    ],
  ])('%s is refused where it is wrong', (_, changes, code, pointer) => {
    expect(() => fileMappingOf(xesMapping(changes))).toThrow(
      expect.objectContaining({ code, members: expect.objectContaining({ pointer }) }),
    );
  });

  it('is strict JSON', () => {
    const text = JSON.stringify(xesMapping()).replace('{', '{"format":"csv",');
    expect(() => parseFileMapping(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: 'json-duplicate-name' }),
    );
  });
});

describe('numbers of files', () => {
  it.each([
    ['26.85120450862128', '26.85120450862128'],
    ['1.5E-4', '0.00015'],
    ['1.5e3', '1500'],
    ['12E0', '12'],
    ['1.25e1', '12.5'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['+007.10', '7.10'],
    ['-0.0', '0.0'],
    ['-3', '-3'],
  ])('%s is %s', (text, plain) => {
    expect(plainDecimal(text, '')).toBe(plain);
  });

  it.each(['', '.', 'NaN', 'Infinity', '1,5', '1e999', '0x10', `1${'0'.repeat(100)}`])(
    '%s is none',
    (text) => {
      expect(() => plainDecimal(text, '/p')).toThrow(
        expect.objectContaining({ code: 'contract-violation' }),
      );
    },
  );

  it.each([
    ['12.5', 'EUR', '12.50'],
    ['12.500', 'EUR', '12.50'],
    ['714755', 'JPY', '714755'],
    ['714755.0', 'JPY', '714755'],
    ['-0.00', 'EUR', '0.00'],
    ['-1.5', 'KWD', '-1.500'],
  ])('%s %s is the amount %s', (text, currency, amount) => {
    expect(amountText(text, currency, '')).toBe(amount);
  });

  it('are no amounts when digits would have to go', () => {
    expect(() => amountText('12.505', 'EUR', '')).toThrow(
      expect.objectContaining({ code: 'money-form' }),
    );
    expect(() => amountText('1', 'EURO', '')).toThrow(
      expect.objectContaining({ code: 'money-form' }),
    );
  });
});
