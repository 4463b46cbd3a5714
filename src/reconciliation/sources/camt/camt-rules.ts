import { type CamtContext } from './camt-context';
import { type TotalsDraft } from './camt-draft';
import { ENTRY } from './camt-entry-rules';
import { accountId, amount, date, rule, type Rule, type Take, text } from './camt-rule';

const lastBalance = ({ statement }: CamtContext) => statement?.balances.at(-1);

const setBalance =
  (name: 'type' | 'direction' | 'date'): Take =>
  (context, value) => {
    const balance = lastBalance(context);
    if (balance !== undefined) balance[name] = value;
  };

const BALANCE: Rule = {
  ...rule({
    Tp: rule({
      Cd: text(setBalance('type')),
      CdOrPrtry: rule({ Cd: text(setBalance('type')), Prtry: text(setBalance('type')) }),
    }),
    Amt: amount((context, value) => {
      const balance = lastBalance(context);
      if (balance !== undefined) balance.amount = value;
    }),
    CdtDbtInd: text(setBalance('direction')),
    Dt: date(setBalance('date')),
  }),
  open: ({ statement }) => void statement?.balances.push({}),
};

function totals(of: (context: CamtContext) => TotalsDraft | undefined): Rule {
  const set = (name: keyof TotalsDraft): Rule =>
    text((context, value) => {
      const draft = of(context);
      if (draft !== undefined) draft[name] = value;
    });
  return rule({ NbOfNtries: set('entries'), Sum: set('sum') });
}

const setStatement =
  (name: 'id' | 'currency' | 'from' | 'to' | 'page' | 'copy' | 'account'): Take =>
  ({ statement }, value) => {
    if (statement !== undefined) statement[name] = value;
  };

const STATEMENT: Rule = {
  ...rule({
    Id: text(setStatement('id')),
    StmtPgntn: rule({ PgNb: text(setStatement('page')) }),
    RptPgntn: rule({ PgNb: text(setStatement('page')) }),
    FrToDt: rule({
      FrDtTm: text(setStatement('from')),
      ToDtTm: text(setStatement('to')),
      FrDt: text(setStatement('from')),
      ToDt: text(setStatement('to')),
    }),
    CpyDplctInd: text(setStatement('copy')),
    Acct: rule({ Id: accountId(setStatement('account')), Ccy: text(setStatement('currency')) }),
    Bal: BALANCE,
    TxsSummry: rule({
      TtlNtries: totals(({ statement }) => statement?.totals),
      TtlCdtNtries: totals(({ statement }) => statement?.credits),
      TtlDbtNtries: totals(({ statement }) => statement?.debits),
    }),
    Ntry: ENTRY,
  }),
  open: (context, place) => context.openStatement(place),
  close: (context) => context.closeStatement(),
};

const message = (name: string): Rule => ({
  ...rule({ Stmt: STATEMENT, Rpt: STATEMENT, Ntfctn: STATEMENT }),
  open: (context) => context.enterMessage(name),
});

/** `Document` of camt.052, 053 and 054; version 1 names its messages with a suffix. */
export const DOCUMENT: Rule = rule({
  BkToCstmrAcctRpt: message('camt.052'),
  BkToCstmrAcctRptV01: message('camt.052'),
  BkToCstmrStmt: message('camt.053'),
  BkToCstmrStmtV01: message('camt.053'),
  BkToCstmrDbtCdtNtfctn: message('camt.054'),
  BkToCstmrDbtCdtNtfctnV01: message('camt.054'),
});
