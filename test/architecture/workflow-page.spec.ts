import { read } from '../support/repository';
import { workflowPage } from '../support/workflow-page';

describe('the reference page of the workflows', () => {
  it('says what the definitions say', () => {
    expect(read('docs/reference/workflows.md')).toBe(workflowPage());
  });
});
