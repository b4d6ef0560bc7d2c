import { once } from 'node:events';
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type Clock, type Random, systemClock, systemRandom } from '@holdfast/kit';
import { KeyRing, type KmsKeyState, KmsRefusal } from './key-ring.ts';
import { accessKeyOf, signatureFault } from './signature.ts';

export interface KmsIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** `Decrypt`, `GenerateDataKey` */
  readonly allow: readonly string[];
  /** Only with an encryption context that has these entries, as a condition of a policy would have it. */
  readonly context?: Readonly<Record<string, string>>;
}

export interface KmsSimulatorOptions {
  readonly region?: string;
  readonly identities: readonly KmsIdentity[];
  /** Speaks TLS with this certificate; plain HTTP without. PEM. */
  readonly tls?: { readonly certificate: string; readonly privateKey: string };
  readonly clock?: Clock;
  readonly random?: Random;
}

export interface KmsSimulator extends AsyncDisposable {
  readonly endpoint: string;
  /** what was asked, in order, refused or not */
  readonly requests: readonly { readonly operation: string; readonly accessKeyId: string | undefined; readonly input: Record<string, unknown> }[];
  /** A new symmetric key; its ARN. Copies of a multi-region key share `id` and what they wrap with. */
  createKey(options?: { readonly multiRegion?: boolean }): string;
  setState(arn: string, state: KmsKeyState): void;
  /** Refuses the next requests so, before looking at them. */
  refuseNext(count: number, code: string, status?: number): void;
}

const account = '111122223333';
const requestBytesMax = 64 * 1024;

/** An AWS KMS for tests on 127.0.0.1: symmetric keys, GenerateDataKey and Decrypt, strict about signatures, contexts, permissions and the state of keys. */
export async function startKmsSimulator(options: KmsSimulatorOptions): Promise<KmsSimulator> {
  const { region = 'eu-central-1', identities, tls, clock = systemClock, random = systemRandom } = options;
  const ring = new KeyRing(random);
  const requests: { operation: string; accessKeyId: string | undefined; input: Record<string, unknown> }[] = [];
  const refusals: KmsRefusal[] = [];

  const answer = (request: IncomingMessage, body: Buffer): Record<string, unknown> => {
    const operation = /^TrentService\.(\w+)$/.exec(String(request.headers['x-amz-target']))?.[1] ?? '';
    const accessKeyId = accessKeyOf(request);
    const input = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    requests.push({ operation, accessKeyId, input });
    const refusal = refusals.shift();
    if (refusal !== undefined) throw refusal;
    const identity = identities.find((one) => one.accessKeyId === accessKeyId);
    if (identity === undefined) throw new KmsRefusal('UnrecognizedClientException', 'The security token included in the request is invalid.');
    const fault = signatureFault(request, body, identity.secretAccessKey, region, clock.now());
    if (fault !== undefined) throw new KmsRefusal('InvalidSignatureException', fault);
    if (request.headers['content-type'] !== 'application/x-amz-json-1.1') throw new KmsRefusal('SerializationException', 'unexpected content type');
    checkPermission(identity, operation, input);
    if (operation === 'GenerateDataKey') return ring.generateDataKey(input);
    if (operation === 'Decrypt') return ring.decrypt(input);
    throw new KmsRefusal('UnknownOperationException', operation);
  };

  const onRequest = async (request: IncomingMessage, response: ServerResponse) => {
    const [status, document] = await receive(request).then(
      (body) => attempt(() => answer(request, body)),
      () => [400, { __type: 'SerializationException' }] as const,
    );
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': `simulated-${requests.length}` });
    response.end(JSON.stringify(document));
  };
  const server = tls === undefined ? createPlainServer(onRequest) : createSecureServer({ cert: tls.certificate, key: tls.privateKey }, onRequest);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`,
    requests,
    createKey: ({ multiRegion = false } = {}) => ring.create(`arn:aws:kms:${region}:${account}:key/`, multiRegion),
    setState: (arn, state) => ring.setState(arn, state),
    refuseNext: (count, code, status) => refusals.push(...Array.from({ length: count }, () => new KmsRefusal(code, 'said by the test', status))),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function checkPermission({ allow, context = {} }: KmsIdentity, operation: string, input: Record<string, unknown>): void {
  const given = (input.EncryptionContext ?? {}) as Record<string, string>;
  if (allow.includes(operation) && Object.entries(context).every(([name, value]) => given[name] === value)) return;
  throw new KmsRefusal('AccessDeniedException', `not authorized to perform: kms:${operation}`);
}

async function receive(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > requestBytesMax) throw new Error('too long');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function attempt(work: () => Record<string, unknown>): readonly [status: number, document: Record<string, unknown>] {
  try {
    return [200, work()];
  } catch (error) {
    if (error instanceof KmsRefusal) return [error.status, { __type: error.code, message: error.message }];
    return [400, { __type: 'SerializationException', message: String(error) }];
  }
}
