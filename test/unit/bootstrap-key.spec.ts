import { issueBootstrapKey } from '../../src/bootstrap-key';
import { TestApp } from '../support/test-app';

describe('the bootstrap key', () => {
  it('is not issued again at a start whose read model is still building, nor does the start wait', async () => {
    const app = await TestApp.start();
    try {
      const building = new Error('the read model is building');
      const restarted = Object.create(app.runtime, {
        readModel: {
          get: () => {
            throw building;
          },
        },
        settle: { value: () => Promise.reject(building) },
      }) as typeof app.runtime;
      expect(await issueBootstrapKey(restarted)).toBeUndefined();
      // Every key ends: nobody could enter any more.
      app.clock.advance(400 * 86_400_000);
      expect((await issueBootstrapKey(restarted))?.key).toMatch(/^tieout_/);
    } finally {
      await app.stop();
    }
  });
});
