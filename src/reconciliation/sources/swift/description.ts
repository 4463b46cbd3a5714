import { clip } from '../clip';
import { type Counterparty, type RawReference, type ReferenceKind } from '../statement';

/** What a field 86 says of its entry. */
export interface Description {
  readonly text: string;
  readonly references: readonly RawReference[];
  readonly counterparty: Counterparty;
  /** the bank's transaction code, three digits, where the field is structured */
  readonly code?: string;
}

const FIELD_MAX = 256;

/** A line of 60 characters or more was cut by its width, inside a word as likely as not; a shorter one ended. */
const FULL_LINE = 60;

/** Field 86 is structured by a sign and two digits, by slash codes, or not at all. */
export function readDescription(lines: readonly string[]): Description {
  const whole = lines.join('');
  const coded = /^(\d{3})([^0-9A-Za-z\s])(?=\d{2})/.exec(whole);
  const [, code, sign] = coded ?? [];
  if (code !== undefined && sign !== undefined)
    return { ...bySubfields(whole.slice(3), sign), code };
  if (/^\?\d{2}/.test(whole)) return bySubfields(whole, '?');
  const text = freeText(lines);
  return SLASH_CODE.test(text.slice(0, 8)) ? bySlashCodes(whole) : partsOf(text, {});
}

/** Lines joined; a space stands only where the bank had room left and still began a new line. */
export function freeText(lines: readonly string[]): string {
  let text = '';
  lines.forEach((line, i) => {
    const before = lines[i - 1];
    const isCut = before === undefined || before.length >= FULL_LINE || before.endsWith(' ');
    text += isCut ? line : ` ${line}`;
  });
  return text.trim();
}

/** Subfields of the German form: 20-29 and 60-63 purpose, 30-31 bank and account, 32-33 name. */
function bySubfields(text: string, sign: string): Description {
  const purpose: string[] = [];
  const name: string[] = [];
  let account = '';
  let posting = '';
  for (const part of splitAtDigits(text, sign)) {
    const number = Number(part.slice(0, 2));
    const value = part.slice(2);
    if (number === 0) posting = value;
    else if (isPurpose(number)) purpose.push(value);
    else if (number === 31) account = value.trim();
    else if (number === 32 || number === 33) name.push(value);
  }
  const party = { name: name.join('').trim(), account };
  const read = partsOf(purpose.join(''), party);
  return read.text === '' ? { ...read, text: clip(posting.trim(), 2_000) } : read;
}

const isPurpose = (number: number) =>
  (number >= 20 && number <= 29) || (number >= 60 && number <= 63);

/** A sign without two digits behind it is text of the subfield. */
function splitAtDigits(text: string, sign: string): readonly string[] {
  const parts: string[] = [];
  for (const piece of text.split(sign).slice(1)) {
    const last = parts.pop();
    if (last === undefined || /^\d{2}/.test(piece))
      parts.push(...(last === undefined ? [] : [last]), piece);
    else parts.push(`${last}${sign}${piece}`);
  }
  return parts;
}

const SEPA_CODE = /(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|PURP|COAM|OAMT|RREF|IBAN|BIC)\+/;
const KINDS: Readonly<Record<string, ReferenceKind>> = {
  EREF: 'end-to-end',
  KREF: 'instruction',
  MREF: 'mandate',
  MARF: 'mandate',
  PREF: 'payment-information',
};

/** Purpose text with the references that SEPA banks write into it as `EREF+...`. */
function partsOf(purpose: string, party: { readonly name?: string; readonly account?: string }) {
  const [plain = '', ...coded] = purpose.split(SEPA_CODE);
  const values = new Map<string, string>();
  for (let i = 0; i + 1 < coded.length; i += 2) values.set(coded[i] ?? '', coded[i + 1] ?? '');
  const text = [plain, values.get('SVWZ') ?? ''].map((part) => part.trim()).join(' ');
  return described(text, values, {
    name: party.name,
    account: party.account === '' ? values.get('IBAN') : party.account,
  });
}

const SLASH_CODE =
  /\/(TRTP|TYPE|TRCD|IBAN|BIC|NAME|REMI|EREF|MARF|PREF|CSID|CNTP|ORDP|BENM|RTRN|SVCL|PURP|ISDT|ADDR|ULTC|ULTD|ID|OCMT|CHGS)\//;

/** `/EREF/…/REMI/…`, as Dutch banks write it. */
function bySlashCodes(text: string): Description {
  const [, ...coded] = text.split(SLASH_CODE);
  const values = new Map<string, string>();
  for (let i = 0; i + 1 < coded.length; i += 2) {
    const code = coded[i] ?? '';
    if (!values.has(code)) values.set(code, (coded[i + 1] ?? '').replace(/\/$/, ''));
  }
  const [iban = '', , name = ''] = (values.get('CNTP') ?? '').split('/');
  const party = { name: values.get('NAME') ?? name, account: values.get('IBAN') ?? iban };
  return described((values.get('REMI') ?? '').replace(/^(USTD|STRD)\/\//, ''), values, party);
}

function described(
  text: string,
  values: ReadonlyMap<string, string>,
  { name, account }: { readonly name?: string | undefined; readonly account?: string | undefined },
): Description {
  const references = [...values].flatMap(([code, value]): RawReference[] => {
    const kind = KINDS[code];
    const clean = clip(value.trim(), FIELD_MAX);
    return kind === undefined || clean === '' ? [] : [{ kind, value: clean }];
  });
  return {
    text: clip(text.trim(), 2_000),
    references,
    counterparty: {
      ...(name === undefined || name === '' ? {} : { name: clip(name, FIELD_MAX) }),
      ...(account === undefined || account === '' ? {} : { account: clip(account, FIELD_MAX) }),
    },
  };
}
