export { duplicateDocuments } from './duplicate-documents.projection';
export {
  type DuplicateFilter,
  type DuplicateGroup,
  listDuplicates,
} from './duplicate-documents.view';
