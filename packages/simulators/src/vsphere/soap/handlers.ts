import { authorizationHandlers } from '../authorization/authorization.ts';
import { browserHandlers } from '../datastore/browser.ts';
import { fileManagerHandlers } from '../datastore/file-manager.ts';
import { virtualDiskManagerHandlers } from '../datastore/virtual-disk-manager.ts';
import { eventHandlers } from '../event/event-manager.ts';
import { entityHandlers } from '../inventory/entity-methods.ts';
import { searchHandlers } from '../inventory/search-index.ts';
import { serviceHandlers } from '../inventory/service-instance.ts';
import { leaseHandlers } from '../lease/lease-methods.ts';
import { collectorHandlers } from '../property/collector.ts';
import { retrieveHandlers } from '../property/retrieve.ts';
import { viewHandlers } from '../property/views.ts';
import { sessionHandlers } from '../session/session-methods.ts';
import { taskHandlers } from '../task/task-methods.ts';
import { changedAreasHandlers } from '../vm/changed-areas.ts';
import { createHandlers } from '../vm/create.ts';
import { powerHandlers } from '../vm/power.ts';
import { reconfigureHandlers } from '../vm/reconfigure.ts';
import { registerHandlers } from '../vm/register.ts';
import { snapshotHandlers } from '../vm/snapshot-methods.ts';
import type { Handlers } from './call.ts';

/** Every method the simulator carries out. */
export const handlers: Handlers = {
  ...serviceHandlers,
  ...sessionHandlers,
  ...retrieveHandlers,
  ...collectorHandlers,
  ...viewHandlers,
  ...searchHandlers,
  ...entityHandlers,
  ...taskHandlers,
  ...eventHandlers,
  ...authorizationHandlers,
  ...snapshotHandlers,
  ...changedAreasHandlers,
  ...reconfigureHandlers,
  ...createHandlers,
  ...registerHandlers,
  ...powerHandlers,
  ...leaseHandlers,
  ...browserHandlers,
  ...fileManagerHandlers,
  ...virtualDiskManagerHandlers,
};
