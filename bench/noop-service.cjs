/**
 * The built service with one route more, for the benchmark alone: `POST /noop` goes through the same server, guard and
 * interceptors, reads the whole body, and does nothing. Started as `node noop-service.cjs <dist>`.
 */
const { join } = require('node:path');

const dist = join(process.argv[2], 'src');
const { Controller, Module, Post, Req } = require('@nestjs/common');
const { AppModule } = require(join(dist, 'app.module.js'));
const { loadConfig } = require(join(dist, 'config'));
const { readBody, Scopes } = require(join(dist, 'http'));
const { startService } = require(join(dist, 'main.js'));

const EVENT_BYTES_MAX = 48 * 1024;

class NoopController {
  async noop(request) {
    const body = await readBody(request, EVENT_BYTES_MAX);
    return { bytes: body.length };
  }
}
const route = Object.getOwnPropertyDescriptor(NoopController.prototype, 'noop');
Post('noop')(NoopController.prototype, 'noop', route);
Scopes('events.append')(NoopController.prototype, 'noop', route);
Req()(NoopController.prototype, 'noop', 0);
Controller()(NoopController);

class NoopModule {}
Module({})(NoopModule);

const withNoop = (runtime) => ({
  module: NoopModule,
  imports: [AppModule.of(runtime)],
  controllers: [NoopController],
});

startService(loadConfig(process.env), withNoop).then(
  (service) => {
    console.error(`serves at ${service.url}`);
    process.once('SIGTERM', () => service.stop().then(() => process.exit(0)));
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
