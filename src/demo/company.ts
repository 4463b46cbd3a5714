/** The company of the demo: entities, the systems it works with, and its people under their several accounts. */

export interface DemoEntity {
  readonly code: string;
  readonly currency: string;
  readonly timeZone: string;
  /** the house bank account that pays and receives */
  readonly iban: string;
  readonly costCenters: readonly [string, ...string[]];
  readonly customers: readonly [string, ...string[]];
}

export const ENTITIES: readonly [DemoEntity, ...DemoEntity[]] = [
  {
    code: 'E_DE',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    iban: 'DE02120300000000202051',
    costCenters: ['CC-4100', 'CC-4200', 'CC-5100'],
    customers: ['C-2001', 'C-2002', 'C-2003'],
  },
  {
    code: 'E_US',
    currency: 'USD',
    timeZone: 'America/New_York',
    iban: 'GB33BUKB20201555555555',
    costCenters: ['CC-4300', 'CC-5200'],
    customers: ['C-2101', 'C-2102'],
  },
  {
    code: 'E_JP',
    currency: 'JPY',
    timeZone: 'Asia/Tokyo',
    iban: 'FR7630006000011234567890189',
    costCenters: ['CC-4400'],
    customers: ['C-2201'],
  },
];

/** What one unit of a foreign currency is in euro, all month. */
export const RATES: readonly { readonly currency: string; readonly rate: string }[] = [
  { currency: 'USD', rate: '0.9250' },
  { currency: 'JPY', rate: '0.00615' },
];

export interface DemoSystem {
  readonly id: string;
  readonly uri: string;
}

export const SYSTEMS: readonly DemoSystem[] = [
  { id: 'procurement', uri: 'https://procurement.demo.example/' },
  { id: 'erp', uri: 'https://erp.demo.example/' },
  { id: 'ap-hub', uri: 'https://ap-hub.demo.example/' },
  { id: 'treasury', uri: 'https://treasury.demo.example/' },
  { id: 'billing', uri: 'https://billing.demo.example/' },
];

/** One account of one person (or service) in one system. */
export interface DemoAccount {
  readonly system: string;
  readonly account: string;
  readonly kind: 'human' | 'service';
  readonly person?: string;
}

const human = (person: string, system: string, account: string): DemoAccount => ({
  system,
  account,
  kind: 'human',
  person,
});

export const ACCOUNTS: readonly DemoAccount[] = [
  human('P-01', 'procurement', 'requester1'),
  human('P-02', 'procurement', 'requester2'),
  human('P-03', 'procurement', 'buyer1'),
  // The same human in another system under another name: what no single system can see.
  human('P-03', 'erp', 'MM0042'),
  human('P-04', 'procurement', 'head-of-purchasing'),
  human('P-04', 'erp', 'MM0007'),
  human('P-05', 'erp', 'WH0011'),
  human('P-06', 'ap-hub', 'ap-clerk1'),
  human('P-07', 'ap-hub', 'ap-lead'),
  human('P-08', 'treasury', 'cash-desk1'),
  human('P-09', 'treasury', 'treasurer'),
  human('P-10', 'billing', 'sales1'),
  human('P-11', 'billing', 'credit1'),
  human('P-12', 'billing', 'ar-clerk1'),
  { system: 'treasury', account: 'bank-gateway', kind: 'service' },
];
