import { pipeline } from 'node:stream/promises';
import { storageErrors } from '../disks/index.ts';
import { leaseAt } from '../lease/lease-methods.ts';
import { VimFault } from '../soap/vim-fault.ts';
import type { Exchange } from './server.ts';
import { maySeeFiles } from './session-cookie.ts';

/** Takes (POST, PUT) and gives (GET) the disks of a lease. */
export async function answerNfc(exchange: Exchange): Promise<void> {
  const { vcenter, request, response, url } = exchange;
  const method = request.method ?? '';
  const finish = (status: number, reason = ''): void => {
    vcenter.journal.call({ method: `${method} /nfc`, entity: url.pathname, outcome: String(status) });
    if (status >= 400) request.resume();
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(reason);
  };
  if (!maySeeFiles(vcenter, request)) return finish(401);
  const found = leaseAt(vcenter, url.pathname);
  if (found === undefined) return finish(404);
  const effect = vcenter.faultPlan.take(`${method} /nfc`, [found.device.key]);
  if (effect?.kind === 'delay') await vcenter.clock.sleep(effect.milliseconds, exchange.signal);
  if (effect?.kind === 'status') return finish(effect.status);
  if (effect?.kind === 'cut') {
    request.socket.destroy();
    return;
  }
  const { lease, device } = found;
  const isImport = lease.order.kind === 'import';
  try {
    lease.requireReady();
    if ((method === 'POST' || method === 'PUT') && isImport) {
      await lease.receive(device, request);
      return finish(method === 'PUT' ? 200 : 201);
    }
    if (method !== 'GET' || isImport) return finish(405);
    response.writeHead(200, { 'content-type': 'application/x-vnd.vmware-streamVmdk' });
    vcenter.journal.call({ method: 'GET /nfc', entity: url.pathname, outcome: '200' });
    await pipeline(lease.send(device), response);
  } catch (error) {
    if (response.headersSent || exchange.signal.aborted) throw error;
    if (storageErrors.is(error)) return finish(500, `${error.message}\n`);
    if (error instanceof VimFault) return finish(error.fault.$type === 'InvalidArgument' ? 400 : 409, `${error.message}\n`);
    throw error;
  }
}
