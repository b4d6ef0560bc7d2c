import { expect, test } from 'vitest';
import { MiB, openScene } from './scene.ts';

const place = 'dcPath=Europe%2fDC0&dsName=datastore01';

test('a range of a snapshot’s frozen file is read while the VM runs and writes; its live file is locked', async () => {
  await using scene = await openScene();
  const { client, simulator } = scene;
  const guest = simulator.guest('web01');
  await guest.writeExtent(0, MiB, Buffer.from('before the snapshot'));
  expect((await client.http('GET', `/folder/web01/web01-flat.vmdk?${place}`)).status).toBe(500);
  await client.task(await scene.vm('web01'), 'CreateSnapshot_Task', { name: 's', memory: false, quiesce: false });
  await guest.writeExtent(0, MiB, Buffer.from('after'));
  const part = await client.http('GET', `/folder/web01/web01-flat.vmdk?${place}`, { headers: { range: `bytes=${MiB}-${MiB + 18}` } });
  expect(part.status).toBe(206);
  expect(part.headers['content-range']).toBe(`bytes ${MiB}-${MiB + 18}/${8 * MiB}`);
  expect(part.body.toString()).toBe('before the snapshot');
  expect(await simulator.journal.reads()).toEqual([{ file: '[datastore01] web01/web01-flat.vmdk', start: MiB, end: MiB + 19 }]);
  const live = await client.http('GET', `/folder/web01/web01-000001-delta.vmdk?${place}`);
  expect([live.status, live.body.toString()]).toEqual([500, expect.stringContaining('busy')]);
  const head = await client.http('HEAD', `/folder/web01/web01-flat.vmdk?${place}`);
  expect([head.status, head.headers['content-length'], head.body.byteLength]).toEqual([200, String(8 * MiB), 0]);
  expect((await client.http('GET', `/folder/web01/web01.vmdk?${place}`)).body.toString()).toContain('# Disk DescriptorFile');
});

test('files are put, read back, listed by their status, and deleted', async () => {
  await using scene = await openScene();
  const { client } = scene;
  const put = await client.http('PUT', `/folder/web01/notes%20of%20%C3%A9.txt?${place}`, { body: 'first' });
  const again = await client.http('PUT', `/folder/web01/notes%20of%20%C3%A9.txt?${place}`, { body: 'second' });
  expect([put.status, again.status]).toEqual([201, 200]);
  expect((await client.http('GET', `/folder/web01/notes%20of%20%C3%A9.txt?${place}`)).body.toString()).toBe('second');
  expect((await client.http('DELETE', `/folder/web01/notes%20of%20%C3%A9.txt?${place}`)).status).toBe(204);
  expect((await client.http('GET', `/folder/web01/notes%20of%20%C3%A9.txt?${place}`)).status).toBe(404);
});

test('a range beyond the end, another datacenter, another datastore and a way out are refused', async () => {
  await using scene = await openScene();
  const { client } = scene;
  const beyond = await client.http('GET', `/folder/web01/vmware.log?${place}`, { headers: { range: 'bytes=1000000-' } });
  expect([beyond.status, beyond.headers['content-range']]).toEqual([416, expect.stringMatching(/^bytes \*\/\d+$/)]);
  expect((await client.http('GET', '/folder/web01/vmware.log?dcPath=DC0&dsName=datastore01')).status).toBe(404);
  expect((await client.http('GET', '/folder/web01/vmware.log?dcPath=Europe%2fDC0&dsName=other')).status).toBe(404);
  expect((await client.http('GET', `/folder/..%2f..%2fvcenter.key.pem?${place}`)).status).toBe(404);
});

test('files are given to a session or a password, and to nobody else', async () => {
  await using scene = await openScene();
  const { client } = scene;
  const path = `/folder/web01/vmware.log?${place}`;
  const basic = (password: string) => ({ authorization: `Basic ${Buffer.from(`root:${password}`).toString('base64')}` });
  expect((await client.http('GET', path, { cookie: false })).headers['www-authenticate']).toContain('Basic');
  expect((await client.http('GET', path, { cookie: false, headers: basic('wrong') })).status).toBe(401);
  expect((await client.http('GET', path, { cookie: false, headers: basic('secret') })).status).toBe(200);
  await scene.simulator.faults.dropSessions();
  expect((await client.http('GET', path)).status).toBe(401);
});

test('a vCenter that cuts the connection every 3 MiB lets exactly that much through on each', async () => {
  await using scene = await openScene();
  const { client, simulator } = scene;
  await client.task(await scene.vm('web01'), 'CreateSnapshot_Task', { name: 's', memory: false, quiesce: false });
  await simulator.faults.cutEveryBytes(3 * MiB);
  const path = `/folder/web01/web01-flat.vmdk?${place}`;
  await expect(client.http('GET', path)).rejects.toThrow();
  for (let offset = 0; offset < 8 * MiB; offset += 2 * MiB) {
    const read = () => client.http('GET', path, { headers: { range: `bytes=${offset}-${offset + 2 * MiB - 1}` } });
    // Whoever comes back on a new connection gets on.
    const reply = await read().catch(read);
    expect(reply.body.byteLength).toBe(2 * MiB);
  }
  const [first] = await simulator.journal.reads();
  expect(first).toEqual({ file: '[datastore01] web01/web01-flat.vmdk', start: 0, end: 3 * MiB });
});
