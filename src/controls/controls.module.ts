import { Module } from '@nestjs/common';
import { AccountsController } from './accounts.controller';
import { FindingWorkController } from './finding-work/finding-work.controller';
import { BudgetChecks } from './budget/budget-checks';
import { BudgetChecksController } from './budget/budget-checks.controller';
import { BudgetTransferDto } from './budget/budget-plans.dto';
import { BudgetVersionsController } from './budget/budget-versions.controller';
import { BudgetRuleDto } from './budget/budget-rule.dto';
import { BUDGET_RULE } from './budget/budget-rule.policy';
import { BUDGET_TRANSFER } from './budget/plan-kinds.policy';
import { ReportedFiguresController } from './budget/reported-figures.controller';
import { CheckDesk } from './checks/check-desk';
import { DutyChecks } from './checks/duty-checks';
import { DutyChecksController } from './checks/duty-checks.controller';
import { ObjectChecksController } from './checks/object-checks.controller';
import { EntitlementsController } from './registers/entitlements.controller';
import { EmergencySessionsController, ExceptionsController } from './registers/noted-controllers';
import {
  AuthorityLimitDto,
  AutoApprovalDto,
  DelegationDto,
  ExchangeRateDto,
  LegalEntityDto,
  PersonDto,
} from './registers/register.dto';
import { EntitlementListDto, PayeeGroupDto } from './registers/holding.dto';
import { namedRegister, openedRegister } from './registers/kind-controllers';
import {
  AUTHORITY_LIMIT,
  AUTO_APPROVAL,
  DELEGATION,
  ENTITLEMENT_LIST,
  EXCHANGE_RATE,
  LEGAL_ENTITY,
  PAYEE_GROUP,
  PERSON,
} from './registers/register-kinds.policy';
import { FindingReportsLife } from './finding-work/finding-reports-life';
import { DutyMappingDto, RuleSetDto } from './rule-sets/rule-set.dto';
import { DUTY_MAPPINGS, RULE_SETS } from './rule-sets/version-content';
import { Simulations } from './rule-sets/simulations';
import { versionedRegister } from './rule-sets/version-controllers';
import { RegisterImports } from './imports/register-imports';
import { ControlRegisters } from './registers/control-registers';

/** Who is who, who may do what, and what may be lifted: proposed by one person, approved by another. */
@Module({
  controllers: [
    AccountsController,
    BudgetChecksController,
    BudgetVersionsController,
    ReportedFiguresController,
    openedRegister(BUDGET_TRANSFER, BudgetTransferDto, 'config.manage'),
    DutyChecksController,
    FindingWorkController,
    ObjectChecksController,
    namedRegister(AUTHORITY_LIMIT, AuthorityLimitDto),
    namedRegister(AUTO_APPROVAL, AutoApprovalDto),
    namedRegister(BUDGET_RULE, BudgetRuleDto),
    namedRegister(EXCHANGE_RATE, ExchangeRateDto),
    namedRegister(LEGAL_ENTITY, LegalEntityDto),
    namedRegister(PERSON, PersonDto),
    namedRegister(PAYEE_GROUP, PayeeGroupDto),
    namedRegister(ENTITLEMENT_LIST, EntitlementListDto),
    openedRegister(DELEGATION, DelegationDto, 'config.manage'),
    EmergencySessionsController,
    EntitlementsController,
    ExceptionsController,
    versionedRegister(RULE_SETS, RuleSetDto),
    versionedRegister(DUTY_MAPPINGS, DutyMappingDto),
  ],
  providers: [
    BudgetChecks,
    CheckDesk,
    ControlRegisters,
    DutyChecks,
    FindingReportsLife,
    RegisterImports,
    Simulations,
  ],
  exports: [ControlRegisters],
})
export class ControlsModule {}
