/** The log of `tieout.example/acme` that docs/reference/ledger-format.md shows: entry bytes, leaf and root by index. */
export const EXAMPLE_LOG: readonly {
  readonly entry: string;
  readonly leaf: string;
  readonly root: string;
}[] = [
  {
    entry:
      '{"actor":{"id":"sys-tieout","kind":"system"},"contract":1,"data":{"commitment":"tieout/commit/v1","hash":"sha-256","heads":"tieout/heads/v1","origin":"tieout.example/acme","recoveryVkey":"tieout.example/acme/recovery+93dec6de+ASmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X","vkey":"tieout.example/acme+ea1ea0e5+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"},"id":"019b8d2b-8c00-7000-8000-000000000000","occurredAt":"2026-01-05T08:00:00.000Z","recordedAt":"2026-01-05T08:00:00.000Z","revision":0,"source":{"system":"tieout"},"stream":"ledger-_.keys","type":"ledger.created","v":1}',
    leaf: '2444fc857b1241ea916ed2f91316f1d702468b516706d8067ee0c2f17d6b1f94',
    root: '2444fc857b1241ea916ed2f91316f1d702468b516706d8067ee0c2f17d6b1f94',
  },
  {
    entry:
      '{"actor":{"id":"svc-4f1c0b7e","kind":"service"},"attachments":[{"bytes":19,"mediaType":"application/pdf","sha256":"c6f99070b85f56bac44ea8a4f52d2d92540ea395ec8fcba3cc3824ca2c418c08"}],"commitments":{"/data/payee/iban":"7a0049d707a6e79fc8d4d547e2080f1979ca0a448f719f69c38bc24aab1d0a2b","/data/payee/name":"712de2fc11cceb04525c64fbdb2f5c2ba8b4103dc5b488148115e5d545c5a46d"},"contract":1,"correlation":"p2p-2026-000417","data":{"costCenter":"Büro-10","gross":{"amount":"1190.00","currency":"EUR"},"issued":"2026-01-02","lines":2,"number":"INV-1001","supplier":"supplier-E_DE.S-204","tax":{"amount":"190.00","currency":"EUR"}},"id":"019b8d6d-7700-7000-8000-000000000001","occurredAt":"2026-01-05T09:12:00.000Z","recordedAt":"2026-01-05T09:12:04.318Z","revision":0,"rules":[{"id":"EN16931-BR","outcome":"pass","version":3}],"source":{"document":"INV-1001","id":"evt-88121","system":"ap-hub"},"stream":"invoice-E_DE.INV-1001","type":"invoice.received","v":1}',
    leaf: '87d598cdbbc4657481fff97c5ab0000d714f8d8eb4cd5bc30f1bf8e79017803a',
    root: '30f93dd12e322fc5c5577e8ac1f96a09cc5d1e430a754740e2649e4b27c67f98',
  },
  {
    entry:
      '{"actor":{"id":"per-9b52d3aa","kind":"person","onBehalfOf":"per-17e0c6f4","role":"ap-approver"},"causation":"019b8d6d-7700-7000-8000-000000000001","contract":2,"correlation":"p2p-2026-000417","data":{"from":"matched","limit":{"amount":"5000.00","currency":"EUR"},"to":"approved"},"id":"019b8dbe-32f8-7000-8000-000000000002","occurredAt":"2026-01-05T10:40:11.000Z","overrides":[{"approver":"per-c04418de","reason":"credit-and-rebill","rule":"DUP-CHECK"}],"prev":"87d598cdbbc4657481fff97c5ab0000d714f8d8eb4cd5bc30f1bf8e79017803a","recordedAt":"2026-01-05T10:40:11.902Z","revision":1,"rules":[{"id":"AUTH-LIMIT","outcome":"pass","version":3},{"id":"DUP-CHECK","outcome":"fail","version":2}],"source":{"document":"INV-1001","id":"evt-88207","system":"ap-hub"},"stream":"invoice-E_DE.INV-1001","type":"invoice.approved","v":1}',
    leaf: '9a0731043972af8632ef78aab6f72548c1d07f84339ddc5c33ea9d7db283c9cd',
    root: '060993ca0c9ec93da35585e2bd4ce1af25c189bd6c3fad827da14262a4f6a3cd',
  },
  {
    entry:
      '{"actor":{"id":"svc-a2207d19","kind":"service"},"attempt":2,"causation":"019b8dbe-32f8-7000-8000-000000000002","contract":1,"correlation":"p2p-2026-000417","data":{"from":"approved","gross":{"amount":"1190.00","currency":"EUR"},"period":"2026-01","to":"posted"},"id":"019b8dbe-f260-7000-8000-000000000003","occurredAt":"2026-01-05T10:41:00.000Z","prev":"9a0731043972af8632ef78aab6f72548c1d07f84339ddc5c33ea9d7db283c9cd","recordedAt":"2026-01-05T10:41:07.055Z","revision":2,"source":{"document":"1900000042","id":"BKPF-1000-1900000042-2026","system":"erp-de"},"stream":"invoice-E_DE.INV-1001","type":"invoice.posted","v":1}',
    leaf: '9840f98c36b33b72e1552a22b651d438202d00f3bfdc02b1c8d1b577ddff9d1d',
    root: '89ed08b51f762700b479c20ba0c824ec579ee736e6d81aa5179915bd2c16b2f7',
  },
];
