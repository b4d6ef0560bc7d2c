import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Vcenter } from '../vcenter.ts';

/** How much file content each connection has carried. */
const carried = new WeakMap<Socket, number>();

/** Passes parts of a body on, and breaks the connection once it has carried as much as the fault script allows. */
export async function* cutAfter(vcenter: Vcenter, response: ServerResponse, parts: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const { socket } = response;
  for await (const part of parts) {
    const limit = vcenter.dials.cutEveryBytes;
    if (limit === undefined || socket === null) {
      yield part;
      continue;
    }
    const before = carried.get(socket) ?? 0;
    if (before + part.byteLength < limit) {
      carried.set(socket, before + part.byteLength);
      yield part;
      continue;
    }
    const rest = part.subarray(0, limit - before);
    if (rest.byteLength > 0) yield rest;
    // What was written so far is let through first, so that the cut is where the script says.
    await new Promise<void>((resolve) => setImmediate(resolve));
    socket.destroy();
    return;
  }
}
