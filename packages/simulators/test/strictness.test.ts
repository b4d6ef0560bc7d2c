import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openScene, type Scene } from './scene.ts';
import { propertyCollector, serviceInstance } from './soap-client.ts';

/** A request written by hand, so that it can be wrong. */
async function raw(scene: Scene, body: string, soapAction = '"urn:vim25/8.0.3.0"'): Promise<{ status: number; text: string }> {
  const envelope = `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Body>${body}</Body></Envelope>`;
  const reply = await scene.client.http('POST', '/sdk', { body: envelope, headers: { soapaction: soapAction } });
  return { status: reply.status, text: reply.body.toString('utf8') };
}

const view = (children: string) => `<CreateContainerView xmlns="urn:vim25"><_this type="ViewManager">ViewManager</_this>${children}</CreateContainerView>`;

test.for([
  ['elements in the wrong order', view('<recursive>true</recursive><container type="Folder">group-d1</container>')],
  ['an element the schema does not have', view('<container type="Folder">group-d1</container><extra>1</extra><recursive>true</recursive>')],
  ['a missing element', view('<container type="Folder">group-d1</container>')],
  ['a value of the wrong type', view('<container type="Folder">group-d1</container><recursive>maybe</recursive>')],
  ['a reference without its type', view('<container>group-d1</container><recursive>true</recursive>')],
  ['what is not XML', '<CreateContainerView'],
])('%s: the request is refused', async ([, body]) => {
  await using scene = await openScene();
  const { status, text } = await raw(scene, body!);
  expect(status).toBe(500);
  expect(text).toContain('xsi:type="InvalidRequest"');
});

test('a method nobody has is not found; one that is newer than the caller is not, either', async () => {
  await using scene = await openScene();
  expect((await raw(scene, '<Dance xmlns="urn:vim25"><_this type="ServiceInstance">ServiceInstance</_this></Dance>')).text).toContain('<method>Dance</method>');
  const vm = await scene.vm('web01');
  const order = { snapshot: undefined, deviceKey: 2000, startOffset: 0, changeId: '*' };
  await expect(scene.client.call(vm, 'QueryChangedDiskAreas', order, '2.5')).rejects.toThrow('MethodNotFound');
  await expect(scene.client.call(propertyCollector, 'CreateSnapshot_Task', { name: 'x', memory: false, quiesce: false })).rejects.toThrow('MethodNotFound');
});

test('an object that was never there is reported with its id', async () => {
  await using scene = await openScene();
  await expect(scene.client.property({ type: 'VirtualMachine', value: 'vm-999' }, 'name')).rejects.toThrow(
    /ManagedObjectNotFound: The object 'VirtualMachine:vm-999'/,
  );
});

test('without a session only the way in is open', async () => {
  await using scene = await openScene();
  scene.client.cookie = undefined;
  await expect(scene.client.call(serviceInstance, 'RetrieveServiceContent')).resolves.toMatchObject({ about: { apiType: 'VirtualCenter' } });
  await expect(scene.client.call(serviceInstance, 'CurrentTime')).rejects.toThrow('NotAuthenticated');
  await expect(scene.client.property(await scene.vm('web01'), 'name')).rejects.toThrow('NotAuthenticated');
});

test.for(['urn:vim25/8.0.3.0', '"urn:vim25/8.0.3.0"'])('the SOAPAction %s is understood', async (action) => {
  await using scene = await openScene();
  const fetch = `<Fetch xmlns="urn:vim25"><_this type="VirtualMachine" versionId="x">${(await scene.vm('web01')).value}</_this><prop>config</prop></Fetch>`;
  expect((await raw(scene, fetch, action)).text).toContain('<changeTrackingEnabled>true<');
});

test('an older caller does not see what came after its version', async () => {
  await using scene = await openScene();
  const fetch = `<Fetch xmlns="urn:vim25"><_this type="VirtualMachine">${(await scene.vm('web01')).value}</_this><prop>config</prop></Fetch>`;
  const [newer, older] = [(await raw(scene, fetch, 'urn:vim25/8.0.3.0')).text, (await raw(scene, fetch, 'urn:vim25/5.0')).text];
  // migrateEncryption came with 6.5, the alternate guest name was there from 2.5 on.
  expect(newer).toContain('<migrateEncryption>');
  expect(older).not.toContain('<migrateEncryption>');
  expect(older).toContain('<alternateGuestName>');
});

test('the versions can be read before login, and long answers come compressed when asked for', async () => {
  await using scene = await openScene();
  const versions = await scene.client.http('GET', '/sdk/vimServiceVersions.xml', { cookie: false });
  expect(versions.body.toString()).toMatch(/<name>urn:vim25<\/name><version>8\.0\.3\.0<\/version><priorVersions><version>8\.0\.2\.0/);
  const body = `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><RetrieveServiceContent xmlns="urn:vim25"><_this type="ServiceInstance">ServiceInstance</_this></RetrieveServiceContent></Body></Envelope>`;
  const packed = await scene.client.http('POST', '/sdk', { body, headers: { 'accept-encoding': 'gzip, deflate' } });
  expect(packed.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(packed.body).toString()).toContain('<apiType>VirtualCenter</apiType>');
});

test('an unset property is left out, and an unknown one refuses the whole call', async () => {
  await using scene = await openScene();
  const vm = await scene.vm('web01');
  const spec = (pathSet: string[]) => ({ specSet: [{ propSet: [{ type: 'VirtualMachine', pathSet }], objectSet: [{ obj: vm }] }], options: {} });
  const found = (await scene.client.call(propertyCollector, 'RetrievePropertiesEx', spec(['name', 'snapshot', 'config.keyId']))) as {
    objects: { propSet: { name: string }[] }[];
  };
  expect(found.objects[0]?.propSet.map((one) => one.name)).toEqual(['name']);
  await expect(scene.client.call(propertyCollector, 'RetrievePropertiesEx', spec(['name', 'config.nonsense']))).rejects.toMatchObject({
    fault: { $type: 'InvalidProperty', name: 'config.nonsense' },
  });
});

test('traversals follow named selections through the whole tree', async () => {
  await using scene = await openScene();
  const select = (name: string) => ({ $type: 'SelectionSpec', name });
  const step = (name: string, type: string, path: string, next: string[]) => ({
    $type: 'TraversalSpec',
    name,
    type,
    path,
    skip: false,
    selectSet: next.map(select),
  });
  const root = ((await scene.client.call(serviceInstance, 'RetrieveServiceContent')) as { rootFolder: { type: string; value: string } }).rootFolder;
  const selectSet = [
    step('folders', 'Folder', 'childEntity', ['folders', 'vms', 'hosts']),
    step('vms', 'Datacenter', 'vmFolder', ['folders']),
    step('hosts', 'Datacenter', 'hostFolder', ['folders']),
  ];
  const propSet = [
    { type: 'ManagedEntity', pathSet: ['name'] },
    { type: 'VirtualMachine', pathSet: ['runtime.powerState'] },
  ];
  const found = (await scene.client.call(propertyCollector, 'RetrieveProperties', {
    specSet: [{ propSet, objectSet: [{ obj: root, skip: true, selectSet }] }],
  })) as {
    obj: { type: string };
    propSet: { val: unknown }[];
  }[];
  const told = found.map(({ obj, propSet: values }) => [obj.type, ...values.map((one) => one.val)].join(' ')).sort();
  expect(told).toEqual([
    'ClusterComputeResource cluster01',
    'Datacenter DC0',
    'Folder Europe',
    'Folder host',
    'Folder vm',
    'VirtualMachine old poweredOff',
    'VirtualMachine proxy poweredOn',
    'VirtualMachine web01 poweredOn',
  ]);
});
