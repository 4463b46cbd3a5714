export { openPrivacy, type Privacy, type PrivacyOptions } from './open-privacy';
export { type AccountKind, type AccountName, type Pseudonyms } from './pseudonyms';
export {
  type EventValues,
  type Opening,
  type PersonalValue,
  type PersonalValues,
} from './personal-values';
export { SideStore, type StoredRow } from './side-store';
export { checkSideFile, KEK } from './side-check';
export { openSideRows, type SideRows } from './side-rows';
