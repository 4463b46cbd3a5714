import { byText, normaliseReference } from '../matching/reference.policy';
import { type BookInput } from '../runs/input-lines';
import { type OrderLine } from './order-figures';

interface Documents {
  readonly a: readonly BookInput[];
  readonly b: readonly BookInput[];
  readonly c: readonly BookInput[];
}

interface Filling {
  readonly a: BookInput[];
  readonly b: BookInput[];
  readonly c: BookInput[];
}

/**
 * Lines by the order line that they name, in order of key. A receipt or invoice line without one is found through the receipt
 * line it names; what names neither stands alone.
 */
export function orderKeys({ a, b, c }: Documents): readonly OrderLine[] {
  const lines = new Map<string, Filling>();
  const at = (key: string): Filling => {
    const known = lines.get(key) ?? { a: [], b: [], c: [] };
    lines.set(key, known);
    return known;
  };
  const receipts = new Map<string, string>();
  for (const line of a)
    at(keyOf(line.entity, line.objectId, line.line) ?? alone(line)).a.push(line);
  for (const line of b) {
    const key = namedBy(line) ?? alone(line);
    at(key).b.push(line);
    const own = keyOf(line.entity, line.objectId, line.line);
    if (own !== undefined) receipts.set(own, key);
  }
  for (const line of c) {
    const { receipt, receiptLine } = line.fields ?? {};
    const through = keyOf(line.entity, receipt, receiptLine);
    const key = namedBy(line) ?? (through === undefined ? undefined : receipts.get(through));
    at(key ?? alone(line)).c.push(line);
  }
  return [...lines]
    .sort(([x], [y]) => byText(x, y))
    .map(([key, own]) => ({ key, a: byId(own.a), b: byId(own.b), c: byId(own.c) }));
}

const namedBy = ({ entity, fields = {} }: BookInput): string | undefined =>
  keyOf(entity, fields.order, fields.orderLine);

/** `E_DE PO1/10`: order and line as references are compared, so that `PO-1` and `po 1` are one order. */
function keyOf(
  entity: string,
  document: string | undefined,
  line: string | undefined,
): string | undefined {
  const [order, number] = [document, line].map((text) =>
    text === undefined ? undefined : normaliseReference(text),
  );
  return order === undefined || number === undefined ? undefined : `${entity} ${order}/${number}`;
}

const alone = ({ entity, objectId, line }: BookInput): string =>
  `${entity} without order line: ${objectId}/${line}`;

const byId = (lines: BookInput[]): readonly BookInput[] => lines.sort((x, y) => byText(x.id, y.id));
