import * as grpc from '@grpc/grpc-js';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb';
import { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb';
import { type SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb';
import { type Empty } from '@eventstore/db-client/generated/shared_pb';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb';
import {
  type AppendReq,
  AppendResp,
  type DeleteReq,
  DeleteResp,
  ReadReq,
  type TombstoneReq,
  TombstoneResp,
} from '@eventstore/db-client/generated/streams_pb';
import { type Faults, noFaults, nothingSeen, type Seen } from './faults';
import { type ExpectedRevision, type Proposed, StandInLog } from './log';
import { appendReply, expectedOf, failure, nameOf, proposedOf, streamDeleted } from './messages';
import { busy, denied, memberInfo, REFUSALS, supportedMethods } from './replies';
import { checkRead, type ReadCall, serveRead } from './reader';
import { serveSubscription } from './subscriptions';

export interface StandInOptions {
  readonly log?: StandInLog;
  readonly port?: number;
  readonly tls?: { readonly certificate: Buffer; readonly key: Buffer };
  /** name and password that every call must bring */
  readonly account?: { readonly username: string; readonly password: string };
  /** without it the features call is answered with UNIMPLEMENTED */
  readonly version?: string | undefined;
}

type AppendCall = grpc.ServerReadableStream<AppendReq, AppendResp>;

/** A node of KurrentDB as far as its clients can tell: real gRPC on a real socket, one log, and faults on demand. */
export class StandInServer {
  readonly log: StandInLog;
  readonly seen: Seen = nothingSeen();
  faults: Faults = noFaults();
  port = 0;
  /** what gossip tells of the cluster; this node alone unless a test says more */
  members: readonly StandInServer[] = [this];
  isLeader = true;
  isAlive = true;
  private server: grpc.Server | undefined;
  private appendsNow = 0;
  private readonly open = new Set<ReadCall>();

  private constructor(private readonly options: StandInOptions) {
    this.log = options.log ?? new StandInLog();
  }

  static async start(options: StandInOptions = {}): Promise<StandInServer> {
    const server = new StandInServer(options);
    await server.start(options.port ?? 0);
    return server;
  }

  /** `esdb://127.0.0.1:<port>?tls=…` */
  get url(): string {
    return `esdb://127.0.0.1:${this.port}?tls=${this.options.tls !== undefined}`;
  }

  async start(port = this.port): Promise<void> {
    const server = new grpc.Server({
      'grpc.max_receive_message_length': 16 * 1024 * 1024,
      'grpc.max_concurrent_streams': 100,
    });
    server.addService(StreamsService, {
      append: (call: AppendCall, done: grpc.sendUnaryData<AppendResp>) => this.append(call, done),
      read: (call: ReadCall) => this.read(call),
      batchAppend: (call: grpc.ServerDuplexStream<unknown, unknown>) => {
        this.seen.batchAppends += 1;
        call.on('data', () => undefined);
      },
      delete: (
        call: grpc.ServerUnaryCall<DeleteReq, DeleteResp>,
        done: grpc.sendUnaryData<DeleteResp>,
      ) => {
        this.log.softDelete(nameOf(call.request.getOptions()?.getStreamIdentifier()));
        done(null, new DeleteResp());
      },
      tombstone: (
        call: grpc.ServerUnaryCall<TombstoneReq, TombstoneResp>,
        done: grpc.sendUnaryData<TombstoneResp>,
      ) => {
        this.log.tombstone(nameOf(call.request.getOptions()?.getStreamIdentifier()));
        done(null, new TombstoneResp());
      },
    });
    server.addService(GossipService, {
      read: (_call: unknown, done: grpc.sendUnaryData<ClusterInfo>) => this.gossip(done),
    });
    server.addService(ServerFeaturesService, {
      getSupportedMethods: (
        _call: grpc.ServerUnaryCall<Empty, SupportedMethods>,
        done: grpc.sendUnaryData<SupportedMethods>,
      ) => this.features(done),
    });
    const { tls } = this.options;
    const credentials =
      tls === undefined
        ? grpc.ServerCredentials.createInsecure()
        : grpc.ServerCredentials.createSsl(null, [
            { cert_chain: tls.certificate, private_key: tls.key },
          ]);
    this.port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${port}`, credentials, (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    this.server = server;
  }

  /** On the same port, with the same log. */
  async startAgain(): Promise<void> {
    if (this.server === undefined) await this.start();
  }

  /** Connections break; calls in work get no answer. */
  stop(): void {
    this.server?.forceShutdown();
    this.server = undefined;
  }

  /** Asks every client to go away, and ends the calls that stay (GOAWAY). */
  drain(): void {
    this.server?.drain(`127.0.0.1:${this.port}`, 0);
  }

  private append(call: AppendCall, done: grpc.sendUnaryData<AppendResp>): void {
    this.note(call);
    this.seen.appends += 1;
    this.appendsNow += 1;
    this.seen.appendsAtOnceMax = Math.max(this.seen.appendsAtOnceMax, this.appendsNow);
    const messages: AppendReq[] = [];
    call.on('data', (message: AppendReq) => messages.push(message));
    call.on('error', () => undefined);
    call.on('end', () => {
      const answer = (): void => {
        this.appendsNow -= 1;
        this.answerAppend(messages, done);
      };
      if (this.faults.delayMs > 0) setTimeout(answer, this.faults.delayMs);
      else answer();
    });
  }

  private answerAppend(messages: readonly AppendReq[], done: grpc.sendUnaryData<AppendResp>) {
    const { faults } = this;
    if (faults.stopAtAppend) return this.stop();
    if (faults.silent || faults.lose === 'request') return;
    try {
      this.refuse();
      const { name, expected, events } = appendOf(messages);
      if (faults.refuseCheckpoints && name.endsWith('~checkpoints')) throw busy();
      this.checkSize(events);
      const result = this.log.append(name, expected, events);
      if (faults.lose === 'reply') return;
      if (result.kind === 'deleted') throw streamDeleted(name);
      if (faults.emptyReply) return void done(null, new AppendResp());
      const bare = faults.repeatWithoutPosition && result.kind === 'repeat';
      done(null, appendReply(result, expected, !bare));
    } catch (error) {
      done(error as grpc.ServiceError);
    }
  }

  /** @throws ServiceError what this node answers instead of storing */
  private refuse(): void {
    const { faults, isLeader } = this;
    const follows = !isLeader && this.seen.requiresLeader === true;
    if (follows || faults.notLeader !== undefined) {
      if (faults.notLeader === 'once') faults.notLeader = undefined;
      const at = faults.leader ?? this.leaderAddress();
      throw failure(grpc.status.NOT_FOUND, 'Leader info available', {
        exception: 'not-leader',
        'leader-endpoint-host': at.host,
        'leader-endpoint-port': String(at.port),
      });
    }
    const refusal = REFUSALS[faults.refusal ?? 'none'];
    if (refusal !== undefined) throw refusal();
  }

  private leaderAddress(): { host: string; port: number } {
    const leader = this.members.find((member) => member.isLeader) ?? this;
    return { host: '127.0.0.1', port: leader.port };
  }

  private checkSize(events: readonly Proposed[]): void {
    const { appendBytesMax, newerSizeError } = this.faults;
    const bytes = events.reduce((sum, { data }) => sum + data.length, 0);
    if (appendBytesMax === undefined || bytes <= appendBytesMax) return;
    throw failure(
      grpc.status.INVALID_ARGUMENT,
      'Maximum Append Size Exceeded.',
      newerSizeError
        ? { exception: 'maximum-append-event-size-exceeded' }
        : {
            exception: 'maximum-append-size-exceeded',
            'maximum-append-size': String(appendBytesMax),
          },
    );
  }

  private read(call: ReadCall): void {
    this.note(call);
    const options = call.request.getOptions();
    const isSubscription =
      options?.getCountOptionCase() === ReadReq.Options.CountOptionCase.SUBSCRIPTION;
    this.seen[isSubscription ? 'subscriptions' : 'reads'] += 1;
    this.seen.openReads += 1;
    this.open.add(call);
    call.once('close', () => this.ended(call));
    call.once('cancelled', () => this.ended(call));
    call.once('finish', () => this.ended(call));
    if (this.faults.silent) return;
    try {
      if (this.faults.refusal === 'denied') throw denied();
      checkRead(options);
      if (isSubscription) serveSubscription(call, this.log, this.faults);
      else serveRead(call, this.log, this.faults);
    } catch (error) {
      call.emit('error', error);
    }
  }

  private ended(call: ReadCall): void {
    if (this.open.delete(call)) this.seen.openReads -= 1;
  }

  private note(call: AppendCall | ReadCall): void {
    const { metadata } = call;
    this.seen.authorization = metadata.get('authorization')[0]?.toString();
    this.seen.requiresLeader = metadata.get('requires-leader')[0] === 'true';
    const { account } = this.options;
    if (account === undefined) return;
    const wanted = Buffer.from(`${account.username}:${account.password}`).toString('base64');
    if (this.seen.authorization !== `Basic ${wanted}`) {
      call.emit('error', failure(grpc.status.UNAUTHENTICATED, 'Not authenticated.'));
    }
  }

  private gossip(done: grpc.sendUnaryData<ClusterInfo>): void {
    this.seen.gossips += 1;
    const info = new ClusterInfo();
    info.setMembersList(this.members.map((member) => memberInfo(member)));
    done(null, info);
  }

  private features(done: grpc.sendUnaryData<SupportedMethods>): void {
    this.seen.features += 1;
    const version = 'version' in this.options ? this.options.version : '24.2.0.0';
    if (version === undefined) return done(failure(grpc.status.UNIMPLEMENTED, 'Unimplemented'));
    done(null, supportedMethods(version));
  }
}

function appendOf(messages: readonly AppendReq[]) {
  const [first, ...rest] = messages;
  const options = first?.getOptions();
  if (options === undefined) {
    throw failure(grpc.status.INVALID_ARGUMENT, 'The first message of an append has its options.');
  }
  const events = rest.map((message) => {
    const proposed = message.getProposedMessage();
    if (proposed === undefined) {
      throw failure(grpc.status.INVALID_ARGUMENT, 'The options of an append come once.');
    }
    return proposedOf(proposed);
  });
  const expected: ExpectedRevision = expectedOf(options);
  return { name: nameOf(options.getStreamIdentifier()), expected, events };
}
