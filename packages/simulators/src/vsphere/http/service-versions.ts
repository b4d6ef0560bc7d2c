import { apiVersions, compareApiVersions } from '@holdfast/vsphere/wire';

/** The document a client reads before login, to choose the version it speaks. */
export function serviceVersions(apiVersion: string): string {
  const older = apiVersions.filter((version) => compareApiVersions(version, apiVersion) < 0).reverse();
  const prior = older.map((version) => `<version>${version}</version>`).join('');
  return (
    '<?xml version="1.0" encoding="UTF-8" ?><namespaces version="1.0">' +
    `<namespace><name>urn:vim25</name><version>${apiVersion}</version><priorVersions>${prior}</priorVersions></namespace>` +
    '<namespace><name>urn:vim2</name><version>2.0</version></namespace></namespaces>'
  );
}
