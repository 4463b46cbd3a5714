import { DEFAULT_RULES } from '../../src/controls/rule-set.policy';

const BASE_CURRENCY = DEFAULT_RULES.set.ruleset.baseCurrency;

/**
 * Facts as the ledger states them, and the findings that follow from them. Nothing that depends on other facts is kept
 * beside a fact: persons, duties, versions and withdrawals are worked out when a chain is judged.
 */
export const SOD_FINDINGS_SCHEMA = `
  CREATE TABLE sod_act (
    n            INTEGER PRIMARY KEY,
    event        TEXT NOT NULL,
    type         TEXT NOT NULL,
    at           TEXT NOT NULL,
    object       TEXT NOT NULL,
    account      TEXT NOT NULL,
    on_behalf_of TEXT,
    initiated_by TEXT,
    version      INTEGER,
    lasting      INTEGER NOT NULL,
    refs         TEXT,
    cancels      TEXT,
    policy       TEXT,
    session      TEXT,
    amount_minor INTEGER,
    currency     TEXT
  ) STRICT;
  CREATE INDEX sod_act_by_object ON sod_act (object);
  CREATE INDEX sod_act_by_account ON sod_act (account, at);
  CREATE INDEX sod_act_by_principal ON sod_act (on_behalf_of) WHERE on_behalf_of IS NOT NULL;
  CREATE INDEX sod_act_by_initiator ON sod_act (initiated_by) WHERE initiated_by IS NOT NULL;

  CREATE INDEX sod_act_by_policy ON sod_act (policy) WHERE policy IS NOT NULL;
  CREATE INDEX sod_act_by_session ON sod_act (session) WHERE session IS NOT NULL;
  CREATE INDEX sod_act_by_rate ON sod_act (currency, at) WHERE currency <> '${BASE_CURRENCY}';

  -- Acts behind which nobody stands; a finding about their account holds those of all objects.
  CREATE TABLE sod_unattributed (
    account TEXT NOT NULL,
    rule    TEXT NOT NULL,
    n       INTEGER NOT NULL,
    object  TEXT NOT NULL,
    status  TEXT NOT NULL,
    reason  TEXT NOT NULL,
    PRIMARY KEY (account, rule, n)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sod_unattributed_by_object ON sod_unattributed (object);

  -- Orders as they stand, once for each of their makers. Amounts are decimals in base currency.
  CREATE TABLE sod_order (
    person    TEXT NOT NULL,
    payee     TEXT NOT NULL,
    object    TEXT NOT NULL,
    day       INTEGER NOT NULL,
    amount    TEXT NOT NULL,
    authority TEXT,
    event     TEXT NOT NULL,
    PRIMARY KEY (person, payee, object)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sod_order_by_object ON sod_order (object);

  CREATE TABLE sod_lasting_ref (
    ref   TEXT NOT NULL,
    at    TEXT NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (ref, at, event)
  ) STRICT, WITHOUT ROWID;

  -- Who did what about which related object: one row for each account that took part, or was behind it.
  CREATE TABLE sod_act_ref (
    ref     TEXT NOT NULL,
    type    TEXT NOT NULL,
    party   TEXT NOT NULL,
    at      TEXT NOT NULL,
    n       INTEGER NOT NULL,
    PRIMARY KEY (ref, type, party, at, n)
  ) STRICT, WITHOUT ROWID;

  -- Objects of which something was withdrawn, by their chains and by what they are about.
  CREATE TABLE sod_withdrawn (
    about  TEXT NOT NULL,
    object TEXT NOT NULL,
    PRIMARY KEY (about, object)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE sod_link (
    child  TEXT NOT NULL,
    parent TEXT NOT NULL,
    PRIMARY KEY (child, parent)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sod_link_by_parent ON sod_link (parent, child);

  CREATE TABLE sod_lineage (
    object  TEXT NOT NULL,
    root    TEXT NOT NULL,
    several INTEGER NOT NULL,
    PRIMARY KEY (object, root)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sod_lineage_by_root ON sod_lineage (root, object);

  CREATE TABLE sod_account (
    account    TEXT NOT NULL,
    mapping    INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    person     TEXT,
    valid_from TEXT NOT NULL,
    valid_to   TEXT,
    approved   INTEGER NOT NULL,
    PRIMARY KEY (account, mapping)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE sod_finding (
    id           TEXT PRIMARY KEY,
    rule         TEXT NOT NULL,
    severity     INTEGER NOT NULL,
    status       TEXT NOT NULL,
    person       TEXT,
    kind         TEXT NOT NULL,
    scope        TEXT NOT NULL,
    reasons      TEXT NOT NULL,
    gaps         TEXT NOT NULL,
    events       INTEGER NOT NULL,
    first_at     TEXT NOT NULL,
    last_at      TEXT NOT NULL,
    amount_minor INTEGER,
    currency     TEXT,
    evidence     TEXT NOT NULL,
    -- what it becomes when something it rests on falls due, as JSON: at, status, reasons
    turns        TEXT
  ) STRICT;
  CREATE TABLE sod_finding_work (
    finding     TEXT PRIMARY KEY,
    owner       TEXT,
    due         TEXT,
    outcome     TEXT,
    reason      TEXT,
    reference   TEXT,
    decided_on  TEXT,
    decided_by  TEXT,
    decided_at  TEXT,
    approved_by TEXT,
    needs_approval INTEGER NOT NULL DEFAULT 0,
    -- what the ledger was told: since when it is known, and as what
    raised_at   TEXT,
    told_status TEXT,
    told_on     TEXT,
    reports     INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sod_finding_work_by_owner ON sod_finding_work (owner) WHERE owner IS NOT NULL;
  CREATE TABLE sod_proof (
    finding TEXT NOT NULL,
    n       INTEGER NOT NULL,
    side    TEXT NOT NULL,
    PRIMARY KEY (finding, n)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sod_proof_by_act ON sod_proof (n);
  CREATE INDEX sod_finding_by_scope ON sod_finding (scope, kind);
  CREATE INDEX sod_finding_by_work ON sod_finding (severity, last_at DESC, id);
  CREATE INDEX sod_finding_by_person ON sod_finding (person) WHERE person IS NOT NULL;
`;
