import { userSession } from '../session/sessions.ts';
import type { Handlers } from '../soap/call.ts';
import type { Vcenter } from '../vcenter.ts';
import { type ManagedObject, moRef } from './world.ts';

const managers = {
  propertyCollector: moRef('PropertyCollector', 'propertyCollector'),
  viewManager: moRef('ViewManager', 'ViewManager'),
  setting: moRef('OptionManager', 'VpxSettings'),
  sessionManager: moRef('SessionManager', 'SessionManager'),
  authorizationManager: moRef('AuthorizationManager', 'AuthorizationManager'),
  eventManager: moRef('EventManager', 'EventManager'),
  taskManager: moRef('TaskManager', 'TaskManager'),
  customFieldsManager: moRef('CustomFieldsManager', 'CustomFieldsManager'),
  searchIndex: moRef('SearchIndex', 'SearchIndex'),
  fileManager: moRef('FileManager', 'FileManager'),
  virtualDiskManager: moRef('VirtualDiskManager', 'virtualDiskManager'),
  ovfManager: moRef('OvfManager', 'OvfManager'),
};

export const serviceHandlers: Handlers = {
  RetrieveServiceContent: (call) => serviceContent(call.vcenter),
  CurrentTime: (call) => new Date(call.vcenter.clock.now()),
  QueryOptions: (call) => {
    const name = call.parameters.name as string | undefined;
    const found = settings().filter((option) => name === undefined || option.key === name || (name.endsWith('.') && option.key.startsWith(name)));
    return found;
  },
};

/** The service instance and the managers, whose ids a client takes from the service content. */
export function addServices(vcenter: Vcenter): void {
  const { world, clock } = vcenter;
  world.add({
    ref: moRef('ServiceInstance', 'ServiceInstance'),
    properties: { content: () => serviceContent(vcenter), serverClock: () => new Date(clock.now()) },
  });
  const properties: Partial<Record<keyof typeof managers, ManagedObject['properties']>> = {
    sessionManager: {
      sessionList: () => vcenter.sessions.all().map(userSession),
      currentSession: (session) => session && userSession(session),
      message: () => '',
      messageLocaleList: () => ['en'],
      supportedLocaleList: () => ['en'],
      defaultLocale: () => 'en',
    },
    authorizationManager: { privilegeList: () => [], roleList: roleList },
    eventManager: { latestEvent: () => vcenter.events.latest(), maxCollector: () => 1000 },
    taskManager: { recentTask: () => vcenter.tasks.recent(), maxCollector: () => 1000 },
    setting: { setting: settings },
    customFieldsManager: { field: () => [] },
    viewManager: { viewList: () => [] },
    ovfManager: { ovfImportOption: () => [], ovfExportOption: () => [] },
    propertyCollector: { filter: () => [] },
  };
  for (const [name, ref] of Object.entries(managers)) world.add({ ref, properties: properties[name as keyof typeof managers] ?? {} });
}

function serviceContent(vcenter: Vcenter): Record<string, unknown> {
  const version = vcenter.apiVersion.split('.').slice(0, 3).join('.');
  return {
    $type: 'ServiceContent',
    rootFolder: vcenter.root.ref,
    ...managers,
    about: {
      $type: 'AboutInfo',
      name: 'VMware vCenter Server',
      fullName: `VMware vCenter Server ${version} build-24022515 (Holdfast simulator)`,
      vendor: 'VMware, Inc.',
      version,
      patchLevel: '00000',
      build: '24022515',
      localeVersion: 'INTL',
      localeBuild: '000',
      osType: 'linux-x64',
      productLineId: 'vpx',
      apiType: 'VirtualCenter',
      apiVersion: vcenter.apiVersion,
      instanceUuid: vcenter.instanceUuid,
      licenseProductName: 'VMware VirtualCenter Server',
      licenseProductVersion: version.split('.').slice(0, 2).join('.'),
    },
  };
}

function settings(): { $type: string; key: string; value: unknown }[] {
  return [
    { $type: 'OptionValue', key: 'VirtualCenter.InstanceName', value: 'localhost' },
    { $type: 'OptionValue', key: 'event.maxAge', value: 30 },
  ];
}

function roleList(): Record<string, unknown>[] {
  const role = (roleId: number, name: string, label: string, privilege: string[]) => ({
    $type: 'AuthorizationRole',
    roleId,
    system: true,
    name,
    info: { $type: 'Description', label, summary: label },
    privilege,
  });
  const basic = ['System.Anonymous', 'System.Read', 'System.View'];
  return [role(-1, 'Admin', 'Administrator', basic), role(-2, 'ReadOnly', 'Read-only', basic), role(-5, 'NoAccess', 'No access', [])];
}
