import type { HostDescription } from '../estate.ts';
import type { Vcenter } from '../vcenter.ts';
import type { DatastoreEntity } from './datastore.ts';
import { type Entity, entityProperties, refs } from './entity.ts';
import type { NetworkEntity } from './network.ts';
import { moRef } from './world.ts';

export interface HostEntity extends Entity {
  readonly datastores: DatastoreEntity[];
  readonly networks: NetworkEntity[];
  readonly vms: Entity[];
}

export const hostCpuMhz = 2600;
export const hostCores = 16;
export const hostMemoryBytes = 137_438_953_472;

export function createHost(vcenter: Vcenter, description: HostDescription, cluster: Entity): HostEntity {
  const { world, tasks } = vcenter;
  const ref = moRef('HostSystem', world.nextId('host'));
  const version = description.version ?? '8.0.3';
  const build = description.build ?? '24022510';
  const bootTime = new Date(vcenter.clock.now() - 30 * 86_400_000);
  const runtime = () => ({
    $type: 'HostRuntimeInfo',
    connectionState: 'connected',
    powerState: 'poweredOn',
    standbyMode: 'none',
    inMaintenanceMode: false,
    bootTime,
  });
  const summary = () => ({
    $type: 'HostListSummary',
    host: ref,
    hardware: {
      $type: 'HostHardwareSummary',
      vendor: 'Simulated',
      model: 'Host',
      uuid: vcenter.stableUuid(`host/${host.name}`),
      memorySize: hostMemoryBytes,
      cpuModel: 'Simulated CPU @ 2.60GHz',
      cpuMhz: hostCpuMhz,
      numCpuPkgs: 1,
      numCpuCores: hostCores,
      numCpuThreads: hostCores,
      numNics: 2,
      numHBAs: 1,
    },
    runtime: runtime(),
    config: {
      $type: 'HostConfigSummary',
      name: host.name,
      port: 443,
      sslThumbprint: vcenter.certificate.thumbprintSha1,
      product: {
        $type: 'AboutInfo',
        name: 'VMware ESXi',
        fullName: `VMware ESXi ${version} build-${build}`,
        vendor: 'VMware, Inc.',
        version,
        build,
        localeVersion: 'INTL',
        localeBuild: '000',
        osType: 'vmnix-x86',
        productLineId: 'embeddedEsx',
        apiType: 'HostAgent',
        apiVersion: `${version}.0`,
        licenseProductName: 'VMware ESX Server',
        licenseProductVersion: '8.0',
      },
      vmotionEnabled: true,
      faultToleranceEnabled: false,
    },
    quickStats: { $type: 'HostListSummaryQuickStats', overallCpuUsage: 900, overallMemoryUsage: 16_384, uptime: 2_592_000 },
    overallStatus: 'green',
    rebootRequired: false,
    managementServerIp: '127.0.0.1',
  });
  const browser = vcenter.createDatastoreBrowser(() => host.datastores);
  const host: HostEntity = {
    ref,
    name: description.name,
    parent: cluster,
    datastores: [],
    networks: [],
    vms: [],
    contents: () => [],
    properties: {
      ...entityProperties(() => host, tasks),
      runtime,
      summary,
      configManager: () => ({ $type: 'HostConfigManager' }),
      vm: () => refs(host.vms),
      datastore: () => refs(host.datastores),
      network: () => refs(host.networks),
      datastoreBrowser: () => browser,
    },
  };
  return world.add(host);
}
