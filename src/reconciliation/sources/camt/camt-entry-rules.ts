import { type ReferenceKind } from '../statement';
import { clip } from '../clip';
import { children } from '../xml-reader';
import { type CamtContext } from './camt-context';
import { newDetail, newEntry } from './camt-draft';
import {
  accountId,
  amount,
  bankCode,
  charges,
  date,
  rule,
  type Rule,
  type Rules,
  type Take,
  text,
} from './camt-rule';

/** No version allows a reference or name this long; what is longer would only fill the store. */
const FIELD_MAX = 256;

const lastDetail = ({ entry }: CamtContext) => entry?.details[entry.details.length - 1];

const detailReference = (kind: ReferenceKind): Rule =>
  text((context, value) => {
    if (value === '') return;
    lastDetail(context)?.references.push({ kind, value: clip(value, FIELD_MAX) });
  });

const entryReference = (kind: ReferenceKind): Rule =>
  text((context, value) => {
    if (value === '') return;
    context.entry?.references.push({ kind, value: clip(value, FIELD_MAX) });
  });

const detailText: Rule = text((context, value) => void lastDetail(context)?.texts.push(value));

const REFERENCES: Rules = {
  MsgId: detailReference('message'),
  AcctSvcrRef: detailReference('servicer'),
  PmtInfId: detailReference('payment-information'),
  InstrId: detailReference('instruction'),
  EndToEndId: detailReference('end-to-end'),
  UETR: detailReference('uetr'),
  TxId: detailReference('transaction'),
  MndtId: detailReference('mandate'),
  ChqNb: detailReference('cheque'),
  Prtry: rule({ Ref: detailReference('proprietary') }),
};

const REMITTANCE: Rules = {
  Ustrd: detailText,
  Strd: rule({
    CdtrRefInf: rule({ Ref: detailReference('creditor'), CdtrRef: detailReference('creditor') }),
    RfrdDocInf: rule({ Nb: detailReference('document'), RfrdDocNb: detailReference('document') }),
    AddtlRmtInf: detailText,
  }),
};

function party(side: 'debtor' | 'creditor'): Rule {
  const name = text((context, value) => {
    const detail = lastDetail(context);
    if (detail !== undefined && value !== '') detail[side].name = clip(value, FIELD_MAX);
  });
  return rule({ Nm: name, Pty: rule({ Nm: name }) });
}

function partyAccount(side: 'debtor' | 'creditor'): Rule {
  return rule({
    Id: accountId((context, value) => {
      const detail = lastDetail(context);
      if (detail !== undefined && value !== '') detail[side].account = clip(value, FIELD_MAX);
    }),
  });
}

const PARTIES: Rules = {
  Dbtr: party('debtor'),
  DbtrAcct: partyAccount('debtor'),
  Cdtr: party('creditor'),
  CdtrAcct: partyAccount('creditor'),
};

const DETAIL: Rule = {
  ...rule({
    Refs: rule(REFERENCES),
    Amt: amount((context, value) => {
      const detail = lastDetail(context);
      if (detail !== undefined) detail.amount = value;
    }),
    CdtDbtInd: text((context, value) => {
      const detail = lastDetail(context);
      if (detail !== undefined) detail.direction = value;
    }),
    AmtDtls: rule({
      TxAmt: rule({
        Amt: amount((context, value) => {
          const detail = lastDetail(context);
          if (detail !== undefined) detail.transactionAmount = value;
        }),
      }),
    }),
    BkTxCd: bankCode((context) => lastDetail(context)?.code),
    Chrgs: charges((context) => lastDetail(context)?.charges),
    RltdPties: rule(PARTIES),
    RmtInf: rule(REMITTANCE),
    AddtlTxInf: detailText,
  }),
  open: ({ entry }) => void entry?.details.push(newDetail()),
};

const BATCH: Rule = rule({
  PmtInfId: entryReference('payment-information'),
  NbOfTxs: text(({ entry }, value) => {
    if (entry !== undefined && /^\d{1,15}$/.test(value)) {
      entry.transactions = (entry.transactions ?? 0) + Number(value);
    }
  }),
});

const setEntry =
  (name: 'direction' | 'status' | 'bookDate' | 'valueDate' | 'reversal'): Take =>
  ({ entry }, value) => {
    if (entry !== undefined) entry[name] = value;
  };

/** One `Ntry` with its details and charges. */
export const ENTRY: Rule = {
  ...rule({
    NtryRef: entryReference('entry'),
    Amt: amount(({ entry }, value) => {
      if (entry !== undefined) entry.amount = value;
    }),
    CdtDbtInd: text(setEntry('direction')),
    RvslInd: text(setEntry('reversal')),
    Sts: {
      ...text(setEntry('status')),
      children: children<CamtContext>({
        Cd: text(setEntry('status')),
        Prtry: text(setEntry('status')),
      }),
    },
    BookgDt: date(setEntry('bookDate')),
    ValDt: date(setEntry('valueDate')),
    AcctSvcrRef: entryReference('servicer'),
    BkTxCd: bankCode(({ entry }) => entry?.code),
    Chrgs: charges(({ entry }) => entry?.charges),
    Btch: BATCH,
    TxDtls: DETAIL,
    NtryDtls: rule({ Btch: BATCH, TxDtls: DETAIL }),
    AddtlNtryInf: text(({ entry }, value) => void entry?.texts.push(value)),
  }),
  open: (context, place) => {
    context.entry = newEntry(place);
  },
  close: (context) => context.closeEntry(),
};
