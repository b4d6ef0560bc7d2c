/**
 * The events of vim25 that a backup looks at: all about virtual machines, sessions, tasks, and `EventEx`.
 *
 * One type a line: `Name@since<Base field:type field:type[] field:type? field:type@since …`, inherited fields left out.
 * `&Type` is a managed object reference, `?` optional, `[]` repeated, `@` the first API version that has it (a field's only where it
 * is newer than its type; 2.0 is not written). Fields stand in the order of the schema, which is the order on the wire.
 */
export const eventTypeLines = `
AlreadyAuthenticatedSessionEvent<SessionEvent
BadUsernameSessionEvent<SessionEvent ipAddress:string
CustomFieldEvent<Event
CustomizationEvent@2.5<VmEvent logLocation:string?
CustomizationFailed@2.5<CustomizationEvent reason:string?@7.0.0.0
CustomizationLinuxIdentityFailed@2.5<CustomizationFailed
CustomizationNetworkSetupFailed@2.5<CustomizationFailed
CustomizationStartedEvent@2.5<CustomizationEvent
CustomizationSucceeded@2.5<CustomizationEvent
CustomizationSysprepFailed@2.5<CustomizationFailed sysprepVersion:string systemVersion:string
CustomizationUnknownFailure@2.5<CustomizationFailed
DatastoreEvent<Event datastore:DatastoreEventArgument?
DatastoreRenamedEvent<DatastoreEvent oldName:string newName:string
DrsRuleComplianceEvent@4.1<VmEvent
DrsRuleViolationEvent@4.1<VmEvent
DrsSoftRuleViolationEvent@6.0<VmEvent
DrsVmMigratedEvent<VmMigratedEvent
DrsVmPoweredOnEvent@2.5<VmPoweredOnEvent
Event key:int chainId:int createdTime:dateTime userName:string datacenter:DatacenterEventArgument? computeResource:ComputeResourceEventArgument? host:HostEventArgument? vm:VmEventArgument? ds:DatastoreEventArgument?@4.0 net:NetworkEventArgument?@4.0 dvs:DvsEventArgument?@4.0 fullFormattedMessage:string? changeTag:string?@4.0
EventEx@4.0<Event eventTypeId:string severity:string? message:string? arguments:KeyAnyValue[]? objectId:string? objectType:TypeName? objectName:string?@4.1 fault:LocalizedMethodFault?@4.1
ExtendedEvent@2.5<GeneralEvent eventTypeId:string managedObject:&ManagedObject data:ExtendedEventPair[]?
GeneralEvent<Event message:string
GeneralUserEvent<GeneralEvent entity:ManagedEntityEventArgument?
HostConnectedEvent<HostEvent
HostConnectionLostEvent<HostEvent
HostDisconnectedEvent<HostEvent reason:string?@4.0
HostEvent<Event
MigrationErrorEvent<MigrationEvent
MigrationEvent<VmEvent fault:LocalizedMethodFault
MigrationHostErrorEvent<MigrationEvent dstHost:HostEventArgument
MigrationHostWarningEvent<MigrationEvent dstHost:HostEventArgument
MigrationResourceErrorEvent<MigrationEvent dstPool:ResourcePoolEventArgument dstHost:HostEventArgument
MigrationResourceWarningEvent<MigrationEvent dstPool:ResourcePoolEventArgument dstHost:HostEventArgument
MigrationWarningEvent<MigrationEvent
NoAccessUserEvent<SessionEvent ipAddress:string
NoMaintenanceModeDrsRecommendationForVM<VmEvent
NotEnoughResourcesToStartVmEvent<VmEvent reason:string@6.0
SessionEvent<Event
TaskEvent<Event info:TaskInfo
UserLoginSessionEvent<SessionEvent ipAddress:string userAgent:string?@5.1 locale:string sessionId:string
UserLogoutSessionEvent<SessionEvent ipAddress:string?@5.1 userAgent:string?@5.1 callCount:long?@5.1 sessionId:string?@5.1 loginTime:dateTime?@5.1
VmAcquiredMksTicketEvent@2.5<VmEvent
VmAcquiredTicketEvent@4.1<VmEvent ticketType:string
VmAutoRenameEvent<VmEvent oldName:string newName:string
VmBeingClonedEvent<VmCloneEvent destFolder:FolderEventArgument destName:string destHost:HostEventArgument
VmBeingClonedNoFolderEvent@4.1<VmCloneEvent destName:string destHost:HostEventArgument
VmBeingCreatedEvent<VmEvent configSpec:VirtualMachineConfigSpec?
VmBeingDeployedEvent<VmEvent srcTemplate:VmEventArgument
VmBeingHotMigratedEvent<VmEvent destHost:HostEventArgument destDatacenter:DatacenterEventArgument?@5.0 destDatastore:DatastoreEventArgument?@5.0
VmBeingMigratedEvent<VmEvent destHost:HostEventArgument destDatacenter:DatacenterEventArgument?@5.0 destDatastore:DatastoreEventArgument?@5.0
VmBeingRelocatedEvent<VmRelocateSpecEvent destHost:HostEventArgument destDatacenter:DatacenterEventArgument?@5.0 destDatastore:DatastoreEventArgument?@5.0
VmCloneEvent<VmEvent
VmCloneFailedEvent<VmCloneEvent destFolder:FolderEventArgument destName:string destHost:HostEventArgument reason:LocalizedMethodFault
VmClonedEvent<VmCloneEvent sourceVm:VmEventArgument
VmConfigMissingEvent<VmEvent
VmConnectedEvent<VmEvent
VmCreatedEvent<VmEvent
VmDasBeingResetEvent@4.0<VmEvent reason:string?@4.1
VmDasBeingResetWithScreenshotEvent@4.0<VmDasBeingResetEvent screenshotFilePath:string
VmDasResetFailedEvent@4.0<VmEvent
VmDasUpdateErrorEvent<VmEvent
VmDasUpdateOkEvent<VmEvent
VmDateRolledBackEvent<VmEvent
VmDeployFailedEvent<VmEvent destDatastore:EntityEventArgument reason:LocalizedMethodFault
VmDeployedEvent<VmEvent srcTemplate:VmEventArgument
VmDisconnectedEvent<VmEvent
VmDiscoveredEvent<VmEvent
VmDiskFailedEvent<VmEvent disk:string reason:LocalizedMethodFault
VmEmigratingEvent<VmEvent
VmEndRecordingEvent@4.0<VmEvent
VmEndReplayingEvent@4.0<VmEvent
VmEvent<Event template:boolean
VmFailedMigrateEvent<VmEvent destHost:HostEventArgument reason:LocalizedMethodFault destDatacenter:DatacenterEventArgument?@5.0 destDatastore:DatastoreEventArgument?@5.0
VmFailedRelayoutEvent<VmEvent reason:LocalizedMethodFault
VmFailedRelayoutOnVmfs2DatastoreEvent<VmEvent
VmFailedStartingSecondaryEvent@4.0<VmEvent reason:string?
VmFailedToPowerOffEvent<VmEvent reason:LocalizedMethodFault
VmFailedToPowerOnEvent<VmEvent reason:LocalizedMethodFault
VmFailedToRebootGuestEvent<VmEvent reason:LocalizedMethodFault
VmFailedToResetEvent<VmEvent reason:LocalizedMethodFault
VmFailedToShutdownGuestEvent<VmEvent reason:LocalizedMethodFault
VmFailedToStandbyGuestEvent<VmEvent reason:LocalizedMethodFault
VmFailedToSuspendEvent<VmEvent reason:LocalizedMethodFault
VmFailedUpdatingSecondaryConfig@4.0<VmEvent
VmFailoverFailed<VmEvent reason:LocalizedMethodFault?@4.1
VmFaultToleranceStateChangedEvent@4.0<VmEvent oldState:VirtualMachineFaultToleranceState newState:VirtualMachineFaultToleranceState
VmFaultToleranceTurnedOffEvent@4.0<VmEvent
VmFaultToleranceVmTerminatedEvent@4.0<VmEvent reason:string?
VmGuestOSCrashedEvent@6.0<VmEvent
VmGuestRebootEvent<VmEvent
VmGuestShutdownEvent<VmEvent
VmGuestStandbyEvent<VmEvent
VmInstanceUuidAssignedEvent@4.0<VmEvent instanceUuid:string
VmInstanceUuidChangedEvent@4.0<VmEvent oldInstanceUuid:string newInstanceUuid:string
VmInstanceUuidConflictEvent@4.0<VmEvent conflictedVm:VmEventArgument instanceUuid:string
VmMacAssignedEvent<VmEvent adapter:string mac:string
VmMacChangedEvent<VmEvent adapter:string oldMac:string newMac:string
VmMacConflictEvent<VmEvent conflictedVm:VmEventArgument mac:string
VmMaxFTRestartCountReached@4.0<VmEvent
VmMaxRestartCountReached@4.0<VmEvent
VmMessageErrorEvent@4.0<VmEvent message:string messageInfo:VirtualMachineMessage[]?
VmMessageEvent<VmEvent message:string messageInfo:VirtualMachineMessage[]?@2.5
VmMessageWarningEvent@4.0<VmEvent message:string messageInfo:VirtualMachineMessage[]?
VmMigratedEvent<VmEvent sourceHost:HostEventArgument sourceDatacenter:DatacenterEventArgument?@5.0 sourceDatastore:DatastoreEventArgument?@5.0
VmNoCompatibleHostForSecondaryEvent@4.0<VmEvent
VmNoNetworkAccessEvent<VmEvent destHost:HostEventArgument
VmOrphanedEvent<VmEvent
VmPowerOffOnIsolationEvent<VmPoweredOffEvent isolatedHost:HostEventArgument
VmPoweredOffEvent<VmEvent
VmPoweredOnEvent<VmEvent
VmPoweringOnWithCustomizedDVPortEvent@4.0<VmEvent vnic:VnicPortArgument[]
VmPrimaryFailoverEvent@4.0<VmEvent reason:string?
VmReconfiguredEvent<VmEvent configSpec:VirtualMachineConfigSpec configChanges:ChangesInfoEventArgument?@6.5
VmRegisteredEvent<VmEvent
VmRelayoutSuccessfulEvent<VmEvent
VmRelayoutUpToDateEvent<VmEvent
VmReloadFromPathEvent@4.1<VmEvent configPath:string
VmReloadFromPathFailedEvent@4.1<VmEvent configPath:string
VmRelocateFailedEvent<VmRelocateSpecEvent destHost:HostEventArgument reason:LocalizedMethodFault destDatacenter:DatacenterEventArgument?@5.0 destDatastore:DatastoreEventArgument?@5.0
VmRelocateSpecEvent<VmEvent
VmRelocatedEvent<VmRelocateSpecEvent sourceHost:HostEventArgument sourceDatacenter:DatacenterEventArgument?@5.0 sourceDatastore:DatastoreEventArgument?@5.0
VmRemoteConsoleConnectedEvent@4.0<VmEvent
VmRemoteConsoleDisconnectedEvent@4.0<VmEvent
VmRemovedEvent<VmEvent
VmRenamedEvent<VmEvent oldName:string newName:string
VmRequirementsExceedCurrentEVCModeEvent@5.1<VmEvent
VmResettingEvent<VmEvent
VmResourcePoolMovedEvent<VmEvent oldParent:ResourcePoolEventArgument newParent:ResourcePoolEventArgument
VmResourceReallocatedEvent<VmEvent configChanges:ChangesInfoEventArgument?@6.5
VmRestartedOnAlternateHostEvent<VmPoweredOnEvent sourceHost:HostEventArgument
VmResumingEvent<VmEvent
VmSecondaryAddedEvent@4.0<VmEvent
VmSecondaryDisabledBySystemEvent@4.0<VmEvent reason:LocalizedMethodFault?
VmSecondaryDisabledEvent@4.0<VmEvent
VmSecondaryEnabledEvent@4.0<VmEvent
VmSecondaryStartedEvent@4.0<VmEvent
VmShutdownOnIsolationEvent@4.0<VmPoweredOffEvent isolatedHost:HostEventArgument shutdownResult:string?
VmStartRecordingEvent@4.0<VmEvent
VmStartReplayingEvent@4.0<VmEvent
VmStartingEvent<VmEvent
VmStartingSecondaryEvent@4.0<VmEvent
VmStaticMacConflictEvent<VmEvent conflictedVm:VmEventArgument mac:string
VmStoppingEvent<VmEvent
VmSuspendedEvent<VmEvent
VmSuspendingEvent<VmEvent
VmTimedoutStartingSecondaryEvent@4.0<VmEvent timeout:long?
VmUnsupportedStartingEvent<VmStartingEvent guestId:string
VmUpgradeCompleteEvent<VmEvent version:string
VmUpgradeFailedEvent<VmEvent
VmUpgradingEvent<VmEvent version:string
VmUuidAssignedEvent<VmEvent uuid:string
VmUuidChangedEvent<VmEvent oldUuid:string newUuid:string
VmUuidConflictEvent<VmEvent conflictedVm:VmEventArgument uuid:string
VmWwnAssignedEvent@2.5<VmEvent nodeWwns:long[] portWwns:long[]
VmWwnChangedEvent@2.5<VmEvent oldNodeWwns:long[]? oldPortWwns:long[]? newNodeWwns:long[]? newPortWwns:long[]?
VmWwnConflictEvent@2.5<VmEvent conflictedVms:VmEventArgument[]? conflictedHosts:HostEventArgument[]? wwn:long
`;
