import { children, type XmlRule } from '../xml-reader';
import { type CamtContext } from './camt-context';
import { type AmountText, type ChargeDraft, type CodeDraft } from './camt-draft';

export type Rule = XmlRule<CamtContext>;
export type Rules = Record<string, Rule>;
export type Take = (context: CamtContext, text: string) => void;

export const rule = (rules: Rules): Rule => ({ children: children(rules) });
export const text = (take: Take): Rule => ({ text: take });
export const amount = (take: (context: CamtContext, amount: AmountText) => void): Rule => ({
  text: (context, value, attributes) =>
    take(context, { text: value, currency: attributes.Ccy ?? '' }),
});

/** `Dt` or `DtTm`; the later versions wrap both once more. */
export const date = (take: Take): Rule => rule({ Dt: text(take), DtTm: text(take) });

/** `IBAN`, `Othr/Id` or, in version 1, `PrtryAcct/Id` and its siblings. */
export const accountId = (take: Take): Rule =>
  rule({
    IBAN: text(take),
    BBAN: text(take),
    UPIC: text(take),
    Othr: rule({ Id: text(take) }),
    PrtryAcct: rule({ Id: text(take) }),
  });

export function bankCode(of: (context: CamtContext) => CodeDraft | undefined): Rule {
  const set = (name: keyof CodeDraft): Rule =>
    text((context, value) => {
      const code = of(context);
      if (code !== undefined) code[name] = value;
    });
  return rule({
    Domn: rule({
      Cd: set('domain'),
      Fmly: rule({ Cd: set('family'), SubFmlyCd: set('subFamily') }),
    }),
    Prtry: rule({ Cd: set('proprietary') }),
  });
}

type ChargesOf = (context: CamtContext) => EntryCharges | undefined;
type EntryCharges = ChargeDraft[];

/** Version 2 repeats `Chrgs` with the amount in it; from version 4 `Chrgs` holds one `Rcrd` a charge. */
export function charges(of: ChargesOf): Rule {
  const last = (context: CamtContext) => of(context)?.at(-1);
  const fields: Rules = {
    Amt: amount((context, value) => {
      const charge = last(context);
      if (charge !== undefined) charge.amount = value;
    }),
    CdtDbtInd: text((context, value) => {
      const charge = last(context);
      if (charge !== undefined) charge.direction = value;
    }),
    ChrgInclInd: text((context, value) => {
      const charge = last(context);
      if (charge !== undefined) charge.included = value;
    }),
  };
  const record: Rule = { ...rule(fields), open: (context) => void of(context)?.push({}) };
  return {
    ...rule({ ...fields, Rcrd: record }),
    open: (context) => void of(context)?.push({}),
    close: (context) => dropEmpty(of(context)),
  };
}

/** The element around the records opens a charge of its own, which only version 2 fills. */
function dropEmpty(list: EntryCharges | undefined): void {
  if (list === undefined) return;
  for (let i = list.length - 1; i >= 0; i -= 1)
    if (list[i]?.amount === undefined) list.splice(i, 1);
}
