import * as grpc from '@grpc/grpc-js';
import { EndPoint, MemberInfo } from '@eventstore/db-client/generated/gossip_pb';
import {
  SupportedMethod,
  SupportedMethods,
} from '@eventstore/db-client/generated/serverfeatures_pb';
import { failure, uuidOf } from './messages';

export const busy = () => failure(grpc.status.UNAVAILABLE, 'Server is too busy');

export const denied = () =>
  failure(grpc.status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });

export const REFUSALS: Readonly<Record<string, () => grpc.ServiceError>> = {
  busy,
  denied,
  full: () => failure(grpc.status.RESOURCE_EXHAUSTED, 'There is not enough space on the disk.'),
  'commit-timeout': () => failure(grpc.status.ABORTED, 'Operation timed out: CommitTimeout'),
  unknown: () => failure(grpc.status.UNKNOWN, 'Exception was thrown by handler.'),
};

export function supportedMethods(version: string): SupportedMethods {
  const methods = new SupportedMethods();
  methods.setEventStoreServerVersion(version);
  methods.setMethodsList(
    ['append', 'batchappend', 'read', 'delete', 'tombstone'].map((name) => {
      const method = new SupportedMethod();
      method.setServiceName('event_store.client.streams.streams');
      method.setMethodName(name);
      return method;
    }),
  );
  return methods;
}

export interface Member {
  readonly port: number;
  readonly isAlive: boolean;
  readonly isLeader: boolean;
}

export function memberInfo(member: Member): MemberInfo {
  const { VNodeState } = MemberInfo;
  const endPoint = new EndPoint();
  endPoint.setAddress('127.0.0.1');
  endPoint.setPort(member.port);
  const info = new MemberInfo();
  info.setInstanceId(uuidOf(crypto.randomUUID()));
  info.setTimeStamp('0');
  info.setIsAlive(member.isAlive);
  info.setState(member.isLeader ? VNodeState.LEADER : VNodeState.FOLLOWER);
  info.setHttpEndPoint(endPoint);
  return info;
}
