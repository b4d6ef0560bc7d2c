/**
 * The faults of vim25: all of them, so that any fault can be asked what kind it is.
 *
 * One type a line: `Name@since<Base field:type field:type[] field:type? field:type@since …`, inherited fields left out.
 * `&Type` is a managed object reference, `?` optional, `[]` repeated, `@` the first API version that has it (a field's only where it
 * is newer than its type; 2.0 is not written). Fields stand in the order of the schema, which is the order on the wire.
 */
export const faultTypeLines = `
ActiveDirectoryFault@4.1<VimFault errorCode:int?
ActiveVMsBlockingEVC@2.5u2<EVCConfigFault evcMode:string?@4.0 host:&HostSystem[]?@4.0 hostName:string[]?@4.0
AdminDisabled@2.5<HostConfigFault
AdminNotDisabled@2.5<HostConfigFault
AffinityConfigured<MigrationFault configuredAffinity:string[]
AgentInstallFailed<HostConnectFault reason:string?@4.0 statusCode:int?@4.0 installerOutput:string?@4.0
AlreadyBeingManaged<HostConnectFault ipAddress:string
AlreadyConnected<HostConnectFault name:string
AlreadyExists<VimFault name:string?
AlreadyUpgraded<VimFault
AnswerFileUpdateFailed@5.0<VimFault failure:AnswerFileUpdateFailure[]
ApplicationQuiesceFault<SnapshotFault
AuthMinimumAdminPermission<VimFault
BackupBlobReadFailure@5.1<DvsFault entityName:string entityType:string fault:LocalizedMethodFault
BackupBlobWriteFailure@5.1<DvsFault entityName:string entityType:string fault:LocalizedMethodFault
BlockedByFirewall@4.1<HostConfigFault
CAMServerRefusedConnection@5.0<InvalidCAMServer
CannotAccessFile<FileFault
CannotAccessLocalSource<VimFault
CannotAccessNetwork<CannotAccessVmDevice network:&Network?@6.0
CannotAccessVmComponent<VmConfigFault
CannotAccessVmConfig<CannotAccessVmComponent reason:LocalizedMethodFault
CannotAccessVmDevice<CannotAccessVmComponent device:string backing:string connected:boolean
CannotAccessVmDisk<CannotAccessVmDevice fault:LocalizedMethodFault
CannotAddHostWithFTVmAsStandalone@4.0<HostConnectFault
CannotAddHostWithFTVmToDifferentCluster@4.0<HostConnectFault
CannotAddHostWithFTVmToNonHACluster@4.0<HostConnectFault
CannotChangeDrsBehaviorForFtSecondary@4.1<VmFaultToleranceIssue vm:&VirtualMachine vmName:string
CannotChangeHaSettingsForFtSecondary@4.1<VmFaultToleranceIssue vm:&VirtualMachine vmName:string
CannotChangeVsanClusterUuid@5.5<VsanFault
CannotChangeVsanNodeUuid@5.5<VsanFault
CannotComputeFTCompatibleHosts@6.0<VmFaultToleranceIssue vm:&VirtualMachine vmName:string
CannotCreateFile@2.5<FileFault
CannotDecryptPasswords<CustomizationFault
CannotDeleteFile<FileFault
CannotDisableDrsOnClustersWithVApps@4.1<RuntimeFault
CannotDisableSnapshot@2.5<VmConfigFault
CannotDisconnectHostWithFaultToleranceVm@4.0<VimFault hostName:string
CannotEnableVmcpForCluster@6.0<VimFault host:&HostSystem? hostName:string? reason:string?
CannotModifyConfigCpuRequirements<MigrationFault
CannotMoveFaultToleranceVm@4.0<VimFault moveType:string vmName:string
CannotMoveHostWithFaultToleranceVm@4.0<VimFault
CannotMoveVmWithDeltaDisk@5.0<MigrationFault device:string
CannotMoveVmWithNativeDeltaDisk@5.0<MigrationFault
CannotMoveVsanEnabledHost@5.5<VsanFault
CannotPlaceWithoutPrerequisiteMoves@5.1<VimFault
CannotPowerOffVmInCluster@5.0<InvalidState operation:string vm:&VirtualMachine vmName:string
CannotReconfigureVsanWhenHaEnabled@5.5<VsanFault
CannotUseNetwork@5.5<VmConfigFault device:string backing:string connected:boolean reason:string network:&Network?@6.0
ClockSkew@4.1<HostConfigFault
CloneFromSnapshotNotSupported@4.0<MigrationFault
CollectorAddressUnset@5.1<DvsFault
ConcurrentAccess<VimFault
ConflictingConfiguration@5.5<DvsFault configInConflict:ConflictingConfigurationConfig[]
ConflictingDatastoreFound@5.1<RuntimeFault name:string url:string
ConnectedIso@4.0<OvfExport cdrom:VirtualCdrom filename:string
CpuCompatibilityUnknown<CpuIncompatible
CpuHotPlugNotSupported@4.0<VmConfigFault
CpuIncompatible1ECX@2.5<CpuIncompatible sse3:boolean pclmulqdq:boolean@5.0 ssse3:boolean sse41:boolean sse42:boolean aes:boolean@5.0 other:boolean otherOnly:boolean
CpuIncompatible81EDX@2.5<CpuIncompatible nx:boolean ffxsr:boolean rdtscp:boolean lm:boolean other:boolean otherOnly:boolean
CpuIncompatible<VirtualHardwareCompatibilityIssue level:int registerName:string registerBits:string?@2.5 desiredBits:string?@2.5 host:&HostSystem?@2.5
CustomizationFault<VimFault
CustomizationPending@2.5<CustomizationFault
DVPortNotSupported@4.1<DeviceBackingNotSupported
DasConfigFault<VimFault reason:string?@4.0 output:string?@4.0 event:Event[]?@4.0
DatabaseError<RuntimeFault
DatacenterMismatch<MigrationFault invalidArgument:DatacenterMismatchArgument[] expectedDatacenter:&Datacenter
DatastoreNotWritableOnHost<InvalidDatastore host:&HostSystem
DeltaDiskFormatNotSupported@5.0<VmConfigFault datastore:&Datastore[]? deltaDiskFormat:string
DestinationSwitchFull<CannotAccessNetwork
DestinationVsanDisabled@5.5<CannotMoveVsanEnabledHost destinationCluster:string
DeviceBackingNotSupported@2.5<DeviceNotSupported backing:string
DeviceControllerNotSupported@2.5<DeviceNotSupported controller:string
DeviceHotPlugNotSupported@2.5u2server<InvalidDeviceSpec
DeviceNotFound<InvalidDeviceSpec
DeviceNotSupported<VirtualHardwareCompatibilityIssue device:string reason:string?@2.5
DeviceUnsupportedForVmPlatform@2.5u2server<InvalidDeviceSpec
DeviceUnsupportedForVmVersion@2.5u2server<InvalidDeviceSpec currentVersion:string expectedVersion:string
DigestNotSupported@6.0<DeviceNotSupported
DirectoryNotEmpty@5.0<FileFault
DisableAdminNotSupported@2.5<HostConfigFault
DisallowedChangeByService@5.0<RuntimeFault serviceName:string disallowedChange:string?
DisallowedDiskModeChange<InvalidDeviceSpec
DisallowedMigrationDeviceAttached<MigrationFault fault:LocalizedMethodFault
DisallowedOperationOnFailoverHost@4.0<RuntimeFault host:&HostSystem hostname:string
DisconnectedHostsBlockingEVC@2.5u2<EVCConfigFault
DiskHasPartitions@5.5<VsanDiskFault
DiskIsLastRemainingNonSSD@5.5<VsanDiskFault
DiskIsNonLocal@5.5<VsanDiskFault
DiskIsUSB@5.5<VsanDiskFault
DiskMoveTypeNotSupported@4.0<MigrationFault
DiskNotSupported<VirtualHardwareCompatibilityIssue disk:int
DiskTooSmall@5.5<VsanDiskFault
DomainNotFound@4.1<ActiveDirectoryFault domainName:string
DrsDisabledOnVm@4.0<VimFault
DrsVmotionIncompatibleFault@4.0<VirtualHardwareCompatibilityIssue host:&HostSystem
DuplicateDisks@5.5<VsanDiskFault
DuplicateName<VimFault name:string object:&ManagedObject
DuplicateVsanNetworkInterface@5.5<VsanFault device:string
DvsApplyOperationFault@5.1<DvsFault objectFault:DvsApplyOperationFaultFaultOnObject[]
DvsFault@4.0<VimFault
DvsNotAuthorized@4.0<DvsFault sessionExtensionKey:string? dvsExtensionKey:string?
DvsOperationBulkFault@4.0<DvsFault hostFault:DvsOperationBulkFaultFaultOnHost[]
DvsScopeViolated@4.0<DvsFault scope:&ManagedEntity[] entity:&ManagedEntity
EVCAdmissionFailed@4.0<NotSupportedHostInCluster faults:LocalizedMethodFault[]?@5.1
EVCAdmissionFailedCPUFeaturesForMode@4.0<EVCAdmissionFailed currentEVCModeKey:string
EVCAdmissionFailedCPUModel@4.0<EVCAdmissionFailed
EVCAdmissionFailedCPUModelForMode@4.0<EVCAdmissionFailed currentEVCModeKey:string
EVCAdmissionFailedCPUVendor@4.0<EVCAdmissionFailed clusterCPUVendor:string hostCPUVendor:string
EVCAdmissionFailedCPUVendorUnknown@4.0<EVCAdmissionFailed
EVCAdmissionFailedHostDisconnected@4.0<EVCAdmissionFailed
EVCAdmissionFailedHostSoftware@4.0<EVCAdmissionFailed
EVCAdmissionFailedHostSoftwareForMode@4.0<EVCAdmissionFailed
EVCAdmissionFailedVmActive@4.0<EVCAdmissionFailed
EVCConfigFault@2.5u2<VimFault faults:LocalizedMethodFault[]?@5.1
EVCModeIllegalByVendor@2.5u2<EVCConfigFault clusterCPUVendor:string modeCPUVendor:string
EVCModeUnsupportedByHosts@4.0<EVCConfigFault evcMode:string? host:&HostSystem[]? hostName:string[]?
EVCUnsupportedByHostHardware@4.1<EVCConfigFault host:&HostSystem[] hostName:string[]
EVCUnsupportedByHostSoftware@4.1<EVCConfigFault host:&HostSystem[] hostName:string[]
EightHostLimitViolated@4.0<VmConfigFault
EncryptionKeyRequired@6.7<InvalidState requiredKey:CryptoKeyId[]?
ExpiredAddonLicense@2.5<ExpiredFeatureLicense
ExpiredEditionLicense@2.5<ExpiredFeatureLicense
ExpiredFeatureLicense@2.5<NotEnoughLicenses feature:string count:int expirationDate:dateTime
ExtendedFault@2.5<VimFault faultTypeId:string data:KeyValue[]?
FailToEnableSPBM@5.0<NotEnoughLicenses cs:&ComputeResource csName:string hostLicenseStates:ComputeResourceHostSPBMLicenseInfo[]
FailToLockFaultToleranceVMs@4.1<RuntimeFault vmName:string vm:&VirtualMachine alreadyLockedVm:&VirtualMachine
FaultToleranceAntiAffinityViolated@4.0<MigrationFault hostName:string host:&HostSystem
FaultToleranceCannotEditMem@4.1<VmConfigFault vmName:string vm:&VirtualMachine
FaultToleranceCpuIncompatible@4.0<CpuIncompatible model:boolean family:boolean stepping:boolean
FaultToleranceNeedsThickDisk@4.1<MigrationFault vmName:string
FaultToleranceNotLicensed@4.0<VmFaultToleranceIssue hostName:string?
FaultToleranceNotSameBuild@4.0<MigrationFault build:string
FaultTolerancePrimaryPowerOnNotAttempted@4.0<VmFaultToleranceIssue secondaryVm:&VirtualMachine primaryVm:&VirtualMachine
FaultToleranceVmNotDasProtected@5.0<VimFault vm:&VirtualMachine vmName:string
FcoeFault@5.0<VimFault
FcoeFaultPnicHasNoPortSet@5.0<FcoeFault nicDevice:string
FeatureRequirementsNotMet@5.1<VirtualHardwareCompatibilityIssue featureRequirement:VirtualMachineFeatureRequirement[]? vm:&VirtualMachine? host:&HostSystem?
FileAlreadyExists<FileFault
FileBackedPortNotSupported@2.5<DeviceNotSupported
FileFault<VimFault file:string
FileLocked<FileFault
FileNameTooLong@5.0<FileFault
FileNotFound<FileFault
FileNotWritable<FileFault
FileTooLarge@2.5<FileFault datastore:string fileSize:long maxFileSize:long?
FilesystemQuiesceFault<SnapshotFault
FilterInUse@6.0<ResourceInUse disk:VirtualDiskId[]?
FtIssuesOnHost@4.0<VmFaultToleranceIssue host:&HostSystem hostName:string errors:LocalizedMethodFault[]?
FtVmHostRuleViolation@8.0.3.0<VmConfigFault vmName:string hostName:string hostGroup:string
FullStorageVMotionNotSupported@2.5<MigrationFeatureNotSupported
GatewayConnectFault@6.0<HostConnectFault gatewayType:string gatewayId:string gatewayInfo:string details:LocalizableMessage?
GatewayHostNotReachable@6.0<GatewayToHostConnectFault
GatewayNotFound@6.0<GatewayConnectFault
GatewayNotReachable@6.0<GatewayConnectFault
GatewayOperationRefused@6.0<GatewayConnectFault
GatewayToHostAuthFault@6.0<GatewayToHostConnectFault invalidProperties:string[] missingProperties:string[]
GatewayToHostConnectFault@6.0<GatewayConnectFault hostname:string port:int?
GatewayToHostTrustVerifyFault@6.0<GatewayToHostConnectFault verificationToken:string propertiesToVerify:KeyValue[]
GenericDrsFault@2.5<VimFault hostFaults:LocalizedMethodFault[]?
GenericVmConfigFault<VmConfigFault reason:string
GuestAuthenticationChallenge@5.0<GuestOperationsFault serverChallenge:GuestAuthentication sessionID:long
GuestComponentsOutOfDate@5.0<GuestOperationsFault
GuestMultipleMappings@6.0<GuestOperationsFault
GuestOperationsFault@5.0<VimFault
GuestOperationsUnavailable@5.0<GuestOperationsFault
GuestPermissionDenied@5.0<GuestOperationsFault
GuestProcessNotFound@5.0<GuestOperationsFault pid:long
GuestRegistryFault@6.0<GuestOperationsFault windowsSystemErrorCode:long
GuestRegistryKeyAlreadyExists@6.0<GuestRegistryKeyFault
GuestRegistryKeyFault@6.0<GuestRegistryFault keyName:string
GuestRegistryKeyHasSubkeys@6.0<GuestRegistryKeyFault
GuestRegistryKeyInvalid@6.0<GuestRegistryKeyFault
GuestRegistryKeyParentVolatile@6.0<GuestRegistryKeyFault
GuestRegistryValueFault@6.0<GuestRegistryFault keyName:string valueName:string
GuestRegistryValueNotFound@6.0<GuestRegistryValueFault
HAErrorsAtDest@2.5<MigrationFault
HeterogenousHostsBlockingEVC@2.5u2<EVCConfigFault
HostAccessRestrictedToManagementServer@5.0<NotSupported managementServer:string
HostCommunication<RuntimeFault
HostConfigFailed@4.0<HostConfigFault failure:LocalizedMethodFault[]
HostConfigFault<VimFault
HostConnectFault<VimFault
HostHasComponentFailure@6.0<VimFault hostName:string componentType:string componentName:string
HostInDomain@4.1<HostConfigFault
HostIncompatibleForFaultTolerance@4.0<VmFaultToleranceIssue hostName:string? reason:string?
HostIncompatibleForRecordReplay@4.0<VimFault hostName:string? reason:string?
HostInventoryFull@2.5<NotEnoughLicenses capacity:int
HostNotConnected<HostCommunication
HostNotReachable<HostCommunication
HostPowerOpFailed@2.5<VimFault
HostSpecificationOperationFailed@6.5<VimFault host:&HostSystem
HotSnapshotMoveNotSupported@2.5<SnapshotCopyNotSupported
HttpFault@4.0<VimFault statusCode:int statusMessage:string
IDEDiskNotSupported<DiskNotSupported
IORMNotSupportedHostOnDatastore@4.1<VimFault datastore:&Datastore datastoreName:string host:&HostSystem[]?
ImportHostAddFailure@5.1<DvsFault hostIp:string[]
ImportOperationBulkFault@5.1<DvsFault importFaults:ImportOperationBulkFaultFaultOnImport[]
InUseFeatureManipulationDisallowed@4.0<NotEnoughLicenses
InaccessibleDatastore<InvalidDatastore detail:string?@5.0
InaccessibleFTMetadataDatastore@6.0<InaccessibleDatastore
InaccessibleVFlashSource@5.5<VimFault hostName:string
IncompatibleDefaultDevice@2.5<MigrationFault device:string
IncompatibleHostForFtSecondary@4.0<VmFaultToleranceIssue host:&HostSystem error:LocalizedMethodFault[]?
IncompatibleHostForVmReplication@6.0<ReplicationFault vmName:string hostName:string reason:string
IncompatibleSetting<InvalidArgument conflictingProperty:PropertyPath
IncorrectFileType<FileFault
IncorrectHostInformation@2.5<NotEnoughLicenses
IndependentDiskVMotionNotSupported@2.5<MigrationFeatureNotSupported
InsufficientAgentVmsDeployed@5.0<InsufficientResourcesFault hostName:string requiredNumAgentVms:int currentNumAgentVms:int
InsufficientCpuResourcesFault<InsufficientResourcesFault unreserved:long requested:long
InsufficientDisks@5.5<VsanDiskFault
InsufficientFailoverResourcesFault<InsufficientResourcesFault
InsufficientGraphicsResourcesFault@6.0<InsufficientResourcesFault
InsufficientHostCapacityFault<InsufficientResourcesFault host:&HostSystem?@2.5
InsufficientHostCpuCapacityFault@4.0<InsufficientHostCapacityFault unreserved:long requested:long
InsufficientHostMemoryCapacityFault@4.0<InsufficientHostCapacityFault unreserved:long requested:long
InsufficientMemoryResourcesFault<InsufficientResourcesFault unreserved:long requested:long
InsufficientNetworkCapacity@6.0<InsufficientResourcesFault
InsufficientNetworkResourcePoolCapacity@6.0<InsufficientResourcesFault dvsName:string dvsUuid:string resourcePoolKey:string available:long requested:long device:string[]
InsufficientPerCpuCapacity@2.5<InsufficientHostCapacityFault
InsufficientResourcesFault<VimFault
InsufficientStandbyCpuResource@4.0<InsufficientStandbyResource available:long requested:long
InsufficientStandbyMemoryResource@4.0<InsufficientStandbyResource available:long requested:long
InsufficientStandbyResource@4.0<InsufficientResourcesFault
InsufficientStorageIops@6.0<VimFault unreservedIops:long requestedIops:long datastoreName:string
InsufficientStorageSpace@5.0<InsufficientResourcesFault
InsufficientVFlashResourcesFault@5.5<InsufficientResourcesFault freeSpaceInMB:long?@6.0 freeSpace:long requestedSpaceInMB:long?@6.0 requestedSpace:long
InvalidAffinitySettingFault@2.5<VimFault
InvalidArgument<RuntimeFault invalidProperty:PropertyPath?
InvalidBmcRole@4.0<VimFault
InvalidBundle@2.5<PlatformConfigFault
InvalidCAMCertificate@5.0<InvalidCAMServer
InvalidCAMServer@5.0<ActiveDirectoryFault camServer:string
InvalidClientCertificate@2.5u2<InvalidLogin
InvalidCollectorVersion<MethodFault
InvalidController<InvalidDeviceSpec controllerKey:int
InvalidDasConfigArgument@5.1<InvalidArgument entry:string? clusterName:string?
InvalidDasRestartPriorityForFtVm@4.1<InvalidArgument vm:&VirtualMachine vmName:string
InvalidDatastore<VimFault datastore:&Datastore? name:string?
InvalidDatastorePath<InvalidDatastore datastorePath:string
InvalidDatastoreState@5.0<InvalidState datastoreName:string?
InvalidDeviceBacking<InvalidDeviceSpec
InvalidDeviceOperation<InvalidDeviceSpec badOp:VirtualDeviceConfigSpecOperation? badFileOp:VirtualDeviceConfigSpecFileOperation?
InvalidDeviceSpec<InvalidVmConfig deviceIndex:int
InvalidDiskFormat<InvalidFormat
InvalidDrsBehaviorForFtVm@4.0<InvalidArgument vm:&VirtualMachine vmName:string
InvalidEditionLicense@2.5<NotEnoughLicenses feature:string
InvalidEvent@2.5<VimFault
InvalidFolder<VimFault target:&ManagedEntity
InvalidFormat<VmConfigFault
InvalidGuestLogin@5.0<GuestOperationsFault
InvalidHostConnectionState@5.1<InvalidHostState
InvalidHostName@4.1<HostConfigFault
InvalidHostState@2.5<InvalidState host:&HostSystem?
InvalidIndexArgument@4.0<InvalidArgument key:string
InvalidIpfixConfig@5.1<DvsFault property:PropertyPath?
InvalidIpmiLoginInfo@4.0<VimFault
InvalidIpmiMacAddress@4.0<VimFault userProvidedMacAddress:string observedMacAddress:string
InvalidLicense<VimFault licenseContent:string
InvalidLocale<VimFault
InvalidLogin<VimFault
InvalidName<VimFault name:string entity:&ManagedEntity?
InvalidNasCredentials@2.5u2server<NasConfigFault userName:string
InvalidNetworkInType@4.0<VAppPropertyFault
InvalidNetworkResource@2.5u2server<NasConfigFault remoteHost:string remotePath:string
InvalidOperationOnSecondaryVm@4.0<VmFaultToleranceIssue instanceUuid:string
InvalidPowerState<InvalidState requestedState:VirtualMachinePowerState? existingState:VirtualMachinePowerState
InvalidPrivilege<VimFault privilege:string
InvalidProfileReferenceHost@5.0<RuntimeFault reason:string? host:&HostSystem? profile:&Profile? profileName:string?@6.5
InvalidProperty<MethodFault name:PropertyPath
InvalidPropertyType@4.0<VAppPropertyFault
InvalidPropertyValue@4.0<VAppPropertyFault
InvalidRequest<RuntimeFault
InvalidResourcePoolStructureFault<InsufficientResourcesFault
InvalidScheduledTask@8.0.2.0<RuntimeFault
InvalidSnapshotFormat<InvalidFormat
InvalidState<VimFault
InvalidType<InvalidRequest argument:PropertyPath?
InvalidVmConfig<VmConfigFault property:PropertyPath?
InvalidVmState@6.5<InvalidState vm:&VirtualMachine
InventoryHasStandardAloneHosts@4.0<NotEnoughLicenses hosts:string[]
IpHostnameGeneratorError<CustomizationFault
IscsiFault@5.0<VimFault
IscsiFaultInvalidVnic@5.0<IscsiFault vnicDevice:string
IscsiFaultPnicInUse@5.0<IscsiFault pnicDevice:string
IscsiFaultVnicAlreadyBound@5.0<IscsiFault vnicDevice:string
IscsiFaultVnicHasActivePaths@5.0<IscsiFault vnicDevice:string
IscsiFaultVnicHasMultipleUplinks@5.0<IscsiFault vnicDevice:string
IscsiFaultVnicHasNoUplinks@5.0<IscsiFault vnicDevice:string
IscsiFaultVnicHasWrongUplink@5.0<IscsiFault vnicDevice:string
IscsiFaultVnicInUse@5.0<IscsiFault vnicDevice:string
IscsiFaultVnicIsLastPath@5.0<IscsiFault vnicDevice:string
IscsiFaultVnicNotBound@5.0<IscsiFault vnicDevice:string
IscsiFaultVnicNotFound@5.0<IscsiFault vnicDevice:string
KeyNotFound@6.7.2<VimFault key:string
LargeRDMConversionNotSupported@5.0<MigrationFault device:string
LargeRDMNotSupportedOnDatastore@5.0<VmConfigFault device:string datastore:&Datastore datastoreName:string
LegacyNetworkInterfaceInUse<CannotAccessNetwork
LicenseAssignmentFailed@4.0<RuntimeFault reason:string?
LicenseDowngradeDisallowed@4.0<NotEnoughLicenses edition:string entityId:string features:KeyAnyValue[]
LicenseEntityNotFound@4.0<VimFault entityId:string
LicenseExpired@4.0<NotEnoughLicenses licenseKey:string
LicenseKeyEntityMismatch@4.0<NotEnoughLicenses
LicenseRestricted@2.5<NotEnoughLicenses
LicenseServerUnavailable<VimFault licenseServer:string
LicenseSourceUnavailable@2.5<NotEnoughLicenses licenseSource:LicenseSource
LimitExceeded@4.0<VimFault property:PropertyPath? limit:int?
LinuxVolumeNotClean<CustomizationFault
LogBundlingFailed<VimFault
MaintenanceModeFileMove@2.5<MigrationFault
ManagedObjectNotFound<RuntimeFault obj:&ManagedObject
MemoryFileFormatNotSupportedByDatastore@6.0<UnsupportedDatastore datastoreName:string type:string
MemoryHotPlugNotSupported@4.0<VmConfigFault
MemorySizeNotRecommended@2.5<VirtualHardwareCompatibilityIssue memorySizeMB:int minMemorySizeMB:int maxMemorySizeMB:int
MemorySizeNotSupported@2.5<VirtualHardwareCompatibilityIssue memorySizeMB:int minMemorySizeMB:int maxMemorySizeMB:int
MemorySizeNotSupportedByDatastore@5.0<VirtualHardwareCompatibilityIssue datastore:&Datastore memorySizeMB:int maxMemorySizeMB:int
MemorySnapshotOnIndependentDisk<SnapshotFault
MethodAlreadyDisabledFault@4.1<RuntimeFault sourceId:string
MethodDisabled@2.5<RuntimeFault source:string?@4.1
MethodFault faultCause:LocalizedMethodFault?@4.0 faultMessage:LocalizableMessage[]?@4.0
MethodNotFound<InvalidRequest receiver:&ManagedObject method:string
MigrationDisabled@4.0<MigrationFault
MigrationFault<VimFault
MigrationFeatureNotSupported@2.5<MigrationFault atSourceHost:boolean failedHostName:string failedHost:&HostSystem
MigrationNotReady@4.0<MigrationFault reason:string
MismatchedBundle@2.5<VimFault bundleUuid:string hostUuid:string bundleBuildNumber:int hostBuildNumber:int
MismatchedNetworkPolicies<MigrationFault device:string backing:string connected:boolean
MismatchedVMotionNetworkNames<MigrationFault sourceNetwork:string destNetwork:string
MissingBmcSupport@4.0<VimFault
MissingController<InvalidDeviceSpec
MissingIpPool@5.0<VAppPropertyFault
MissingLinuxCustResources<CustomizationFault
MissingNetworkIpConfig@4.0<VAppPropertyFault
MissingPowerOffConfiguration@4.0<VAppConfigFault
MissingPowerOnConfiguration@4.0<VAppConfigFault
MissingWindowsCustResources<CustomizationFault
MksConnectionLimitReached@5.0<InvalidState connectionLimit:int
MountError<CustomizationFault vm:&VirtualMachine diskIndex:int
MultiWriterNotSupported@6.0<DeviceNotSupported
MultipleCertificatesVerifyFault@4.0<HostConnectFault thumbprintData:MultipleCertificatesVerifyFaultThumbprintData[]
MultipleSnapshotsNotSupported<SnapshotFault
NamespaceFull@5.1<VimFault name:string currentMaxSize:long requiredSize:long?
NamespaceLimitReached@5.1<VimFault limit:int?
NamespaceWriteProtected@5.1<VimFault name:string
NasConfigFault@2.5u2server<HostConfigFault name:string
NasConnectionLimitReached@2.5u2server<NasConfigFault remoteHost:string remotePath:string
NasSessionCredentialConflict@2.5u2server<NasConfigFault remoteHost:string remotePath:string userName:string
NasVolumeNotMounted@2.5u2server<NasConfigFault remoteHost:string remotePath:string
NetworkCopyFault<FileFault
NetworkDisruptedAndConfigRolledBack@5.1<VimFault host:string
NetworkInaccessible@2.5u2server<NasConfigFault
NetworksMayNotBeTheSame@2.5<MigrationFault name:string?
NicSettingMismatch@2.5<CustomizationFault numberOfNicsInSpec:int numberOfNicsInVM:int
NoActiveHostInCluster<InvalidState computeResource:&ComputeResource
NoAvailableIp@4.0<VAppPropertyFault network:&Network
NoClientCertificate@2.5<VimFault
NoCompatibleDatastore@5.0<VimFault
NoCompatibleHardAffinityHost@4.1<VmConfigFault vmName:string
NoCompatibleHost@4.0<VimFault host:&HostSystem[]? error:LocalizedMethodFault[]?
NoCompatibleHostWithAccessToDevice@4.1<NoCompatibleHost
NoCompatibleSoftAffinityHost@4.1<VmConfigFault vmName:string
NoConnectedDatastore@5.0<VimFault
NoDiskFound<VimFault
NoDiskSpace<FileFault datastore:string
NoDisksToCustomize<CustomizationFault
NoGateway<HostConfigFault
NoGuestHeartbeat<MigrationFault
NoHost<HostConnectFault name:string?
NoHostSuitableForFtSecondary@4.0<VmFaultToleranceIssue vm:&VirtualMachine vmName:string
NoLicenseServerConfigured@4.0<NotEnoughLicenses
NoPeerHostFound@2.5<HostPowerOpFailed
NoPermission<SecurityError object:&ManagedObject? privilegeId:string? missingPrivileges:NoPermissionEntityPrivileges[]?@7.0.3.2
NoPermissionOnAD@4.1<ActiveDirectoryFault
NoPermissionOnHost<HostConnectFault
NoPermissionOnNasVolume@2.5u2server<NasConfigFault userName:string?
NoSubjectName@2.5<VimFault
NoVcManagedIpConfigured@4.0<VAppPropertyFault
NoVirtualNic<HostConfigFault
NoVmInVApp@4.0<VAppConfigFault
NonADUserRequired@4.1<ActiveDirectoryFault
NonHomeRDMVMotionNotSupported@2.5<MigrationFeatureNotSupported device:string
NonPersistentDisksNotSupported@2.5<DeviceNotSupported
NonVmwareOuiMacNotSupportedHost@5.1<NotSupportedHost hostName:string
NotADirectory@5.0<FileFault
NotAFile@5.0<FileFault
NotAuthenticated@2.5<NoPermission
NotEnoughCpus<VirtualHardwareCompatibilityIssue numCpuDest:int numCpuVm:int
NotEnoughLicenses<RuntimeFault
NotEnoughLogicalCpus<NotEnoughCpus host:&HostSystem?@2.5
NotFound<VimFault
NotImplemented<RuntimeFault
NotSupported<RuntimeFault
NotSupportedDeviceForFT@4.1<VmFaultToleranceIssue host:&HostSystem hostName:string? vm:&VirtualMachine vmName:string? deviceType:string deviceLabel:string?
NotSupportedHost<HostConnectFault productName:string? productVersion:string?
NotSupportedHostForChecksum@6.0<VimFault
NotSupportedHostForVFlash@5.5<NotSupportedHost hostName:string
NotSupportedHostForVmcp@6.0<NotSupportedHost hostName:string
NotSupportedHostForVmemFile@6.0<NotSupportedHost hostName:string
NotSupportedHostForVsan@5.5<NotSupportedHost hostName:string
NotSupportedHostInCluster@4.0<NotSupportedHost
NotSupportedHostInDvs@4.1<NotSupportedHost switchProductSpec:DistributedVirtualSwitchProductSpec
NotSupportedHostInHACluster@5.0<NotSupportedHost hostName:string build:string
NotUserConfigurableProperty@4.0<VAppPropertyFault
NumVirtualCoresPerSocketNotSupported@5.0<VirtualHardwareCompatibilityIssue maxSupportedCoresPerSocketDest:int numCoresPerSocketVm:int
NumVirtualCpusExceedsLimit@4.1<InsufficientResourcesFault maxSupportedVcpus:int
NumVirtualCpusIncompatible@4.0<VmConfigFault reason:string numCpu:int
NumVirtualCpusNotSupported<VirtualHardwareCompatibilityIssue maxSupportedVcpusDest:int numCpuVm:int
OperationDisabledByGuest@5.0<GuestOperationsFault
OperationDisallowedOnHost@5.0<RuntimeFault
OperationNotSupportedByGuest@5.0<GuestOperationsFault
OutOfBounds<VimFault argumentName:PropertyPath
OvfAttribute@4.0<OvfInvalidPackage elementName:string attributeName:string
OvfConnectedDevice@4.0<OvfHardwareExport
OvfConnectedDeviceFloppy@4.0<OvfConnectedDevice filename:string
OvfConnectedDeviceIso@4.0<OvfConnectedDevice filename:string
OvfConstraint@4.1<OvfInvalidPackage name:string
OvfConsumerCallbackFault@5.0<OvfFault extensionKey:string extensionName:string
OvfConsumerCommunicationError@5.0<OvfConsumerCallbackFault description:string
OvfConsumerFault@5.0<OvfConsumerCallbackFault errorKey:string message:string params:KeyValue[]?
OvfConsumerInvalidSection@5.0<OvfConsumerCallbackFault lineNumber:int description:string
OvfConsumerPowerOnFault@5.0<InvalidState extensionKey:string extensionName:string description:string
OvfConsumerUndeclaredSection@5.0<OvfConsumerCallbackFault qualifiedSectionType:string
OvfConsumerUndefinedPrefix@5.0<OvfConsumerCallbackFault prefix:string
OvfConsumerValidationFault@5.0<VmConfigFault extensionKey:string extensionName:string message:string
OvfCpuCompatibility@5.0<OvfImport registerName:string level:int registerValue:string desiredRegisterValue:string
OvfCpuCompatibilityCheckNotSupported@5.0<OvfImport
OvfDiskMappingNotFound@4.0<OvfSystemFault diskName:string vmName:string
OvfDiskOrderConstraint@4.1<OvfConstraint
OvfDuplicateElement@4.0<OvfElement
OvfDuplicatedElementBoundary@4.0<OvfElement boundary:string
OvfDuplicatedPropertyIdExport@5.0<OvfExport fqid:string
OvfDuplicatedPropertyIdImport@5.0<OvfExport
OvfElement@4.0<OvfInvalidPackage name:string
OvfElementInvalidValue@4.0<OvfElement value:string
OvfExport@4.0<OvfFault
OvfExportFailed@4.1<OvfExport
OvfFault@4.0<VimFault
OvfHardwareCheck@4.0<OvfImport
OvfHardwareExport@4.0<OvfExport device:VirtualDevice? vmPath:string
OvfHostResourceConstraint@4.1<OvfConstraint value:string
OvfHostValueNotParsed@4.0<OvfSystemFault property:string value:string
OvfImport@4.0<OvfFault
OvfImportFailed@4.1<OvfImport
OvfInternalError@4.1<OvfSystemFault
OvfInvalidPackage@4.0<OvfFault lineNumber:int
OvfInvalidValue@4.0<OvfAttribute value:string
OvfInvalidValueConfiguration@4.0<OvfInvalidValue
OvfInvalidValueEmpty@4.0<OvfInvalidValue
OvfInvalidValueFormatMalformed@4.0<OvfInvalidValue
OvfInvalidValueReference@4.0<OvfInvalidValue
OvfInvalidVmName@4.0<OvfUnsupportedPackage name:string
OvfMappedOsId@4.0<OvfImport ovfId:int ovfDescription:string targetDescription:string
OvfMissingAttribute@4.0<OvfAttribute
OvfMissingElement@4.0<OvfElement
OvfMissingElementNormalBoundary@4.0<OvfMissingElement boundary:string
OvfMissingHardware@4.0<OvfImport name:string resourceType:int
OvfNetworkMappingNotSupported@5.1<OvfImport
OvfNoHostNic@4.0<OvfUnsupportedPackage
OvfNoSpaceOnController@5.0<OvfUnsupportedElement parent:string
OvfNoSupportedHardwareFamily@4.0<OvfUnsupportedPackage version:string
OvfProperty@4.0<OvfInvalidPackage type:string value:string
OvfPropertyExport@4.0<OvfExport type:string value:string
OvfPropertyNetwork@4.0<OvfProperty
OvfPropertyNetworkExport@5.0<OvfExport network:string
OvfPropertyQualifier@4.0<OvfProperty qualifier:string
OvfPropertyQualifierDuplicate@4.0<OvfProperty qualifier:string
OvfPropertyQualifierIgnored@4.0<OvfProperty qualifier:string
OvfPropertyType@4.0<OvfProperty
OvfPropertyValue@4.0<OvfProperty
OvfSystemFault@4.0<OvfFault
OvfToXmlUnsupportedElement@4.0<OvfSystemFault name:string?
OvfUnableToExportDisk@4.0<OvfHardwareExport diskName:string
OvfUnexpectedElement@4.0<OvfElement
OvfUnknownDevice@4.0<OvfSystemFault device:VirtualDevice? vmName:string
OvfUnknownDeviceBacking@4.0<OvfHardwareExport backing:VirtualDeviceBackingInfo
OvfUnknownEntity@4.0<OvfSystemFault lineNumber:int
OvfUnsupportedAttribute@4.0<OvfUnsupportedPackage elementName:string attributeName:string
OvfUnsupportedAttributeValue@4.0<OvfUnsupportedAttribute value:string
OvfUnsupportedDeviceBackingInfo@4.0<OvfSystemFault elementName:string? instanceId:string? deviceName:string backingName:string?
OvfUnsupportedDeviceBackingOption@4.0<OvfSystemFault elementName:string? instanceId:string? deviceName:string backingName:string?
OvfUnsupportedDeviceExport@4.0<OvfHardwareExport
OvfUnsupportedDiskProvisioning@4.1<OvfImport diskProvisioning:string supportedDiskProvisioning:string
OvfUnsupportedElement@4.0<OvfUnsupportedPackage name:string
OvfUnsupportedElementValue@4.0<OvfUnsupportedElement value:string
OvfUnsupportedPackage@4.0<OvfFault lineNumber:int?
OvfUnsupportedSection@4.0<OvfUnsupportedElement info:string
OvfUnsupportedSubType@4.0<OvfUnsupportedPackage elementName:string instanceId:string deviceType:int deviceSubType:string
OvfUnsupportedType@4.0<OvfUnsupportedPackage name:string instanceId:string deviceType:int
OvfWrongElement@4.0<OvfElement
OvfWrongNamespace@4.0<OvfInvalidPackage namespaceName:string
OvfXmlFormat@4.0<OvfInvalidPackage description:string
PasswordExpired@6.7.2<InvalidLogin
PatchAlreadyInstalled<PatchNotApplicable
PatchBinariesNotFound<VimFault patchID:string binary:string[]?
PatchInstallFailed<PlatformConfigFault rolledBack:boolean
PatchIntegrityError<PlatformConfigFault
PatchMetadataCorrupted<PatchMetadataInvalid
PatchMetadataInvalid<VimFault patchID:string metaData:string[]?
PatchMetadataNotFound<PatchMetadataInvalid
PatchMissingDependencies<PatchNotApplicable prerequisitePatch:string[]? prerequisiteLib:string[]?
PatchNotApplicable<VimFault patchID:string
PatchSuperseded<PatchNotApplicable supersede:string[]?
PhysCompatRDMNotSupported<RDMNotSupported
PlatformConfigFault<HostConfigFault text:string
PowerOnFtSecondaryFailed@4.0<VmFaultToleranceIssue vm:&VirtualMachine vmName:string hostSelectionBy:FtIssuesOnHostHostSelectionType hostErrors:LocalizedMethodFault[]? rootCause:LocalizedMethodFault
PowerOnFtSecondaryTimedout@4.0<Timedout vm:&VirtualMachine vmName:string timeout:int
ProfileUpdateFailed@4.0<VimFault failure:ProfileUpdateFailedUpdateFailure[] warnings:ProfileUpdateFailedUpdateFailure[]?@6.7
QuarantineModeFault@6.5<VmConfigFault vmName:string faultType:string
QuestionPending@4.1<InvalidState text:string
QuiesceDatastoreIOForHAFailed@5.0<ResourceInUse host:&HostSystem hostName:string ds:&Datastore dsName:string
RDMConversionNotSupported@4.0<MigrationFault device:string
RDMNotPreserved<MigrationFault device:string
RDMNotSupported<DeviceNotSupported
RDMNotSupportedOnDatastore@2.5<VmConfigFault device:string datastore:&Datastore datastoreName:string
RDMPointsToInaccessibleDisk<CannotAccessVmDisk
RawDiskNotSupported<DeviceNotSupported
ReadHostResourcePoolTreeFailed@5.0<HostConnectFault
ReadOnlyDisksWithLegacyDestination<MigrationFault roDiskCount:int timeoutDanger:boolean
RebootRequired<VimFault patch:string?
RecordReplayDisabled@4.0<VimFault
RemoteDeviceNotSupported<DeviceNotSupported
RemoveFailed<VimFault
ReplicationConfigFault@5.0<ReplicationFault
ReplicationDiskConfigFault@5.0<ReplicationConfigFault reason:string? vmRef:&VirtualMachine? key:int?
ReplicationFault@5.0<VimFault
ReplicationIncompatibleWithFT@5.0<ReplicationFault
ReplicationInvalidOptions@5.0<ReplicationFault options:string entity:&ManagedEntity?
ReplicationNotSupportedOnHost@5.0<ReplicationFault
ReplicationVmConfigFault@5.0<ReplicationConfigFault reason:string? vmRef:&VirtualMachine?
ReplicationVmFault@5.0<ReplicationFault reason:string state:string? instanceId:string? vm:&VirtualMachine
ReplicationVmInProgressFault@6.0<ReplicationVmFault requestedActivity:string inProgressActivity:string
RequestCanceled<RuntimeFault
ResourceInUse<VimFault type:TypeName? name:string?
ResourceNotAvailable@4.0<VimFault containerType:TypeName? containerName:string? type:TypeName?
RestrictedByAdministrator@6.0<RuntimeFault details:string
RestrictedVersion@2.5<SecurityError
RollbackFailure@5.1<DvsFault entityName:string entityType:string
RuleViolation<VmConfigFault host:&HostSystem?@2.5 rule:ClusterRuleInfo@4.0
RuntimeFault<MethodFault
SSLDisabledFault@4.0<HostConnectFault
SSLVerifyFault@2.5<HostConnectFault selfSigned:boolean thumbprint:string?
SSPIChallenge@2.5<VimFault base64Token:string
SecondaryVmAlreadyDisabled@4.0<VmFaultToleranceIssue instanceUuid:string
SecondaryVmAlreadyEnabled@4.0<VmFaultToleranceIssue instanceUuid:string
SecondaryVmAlreadyRegistered@4.0<VmFaultToleranceIssue instanceUuid:string
SecondaryVmNotRegistered@4.0<VmFaultToleranceIssue instanceUuid:string
SecurityError<RuntimeFault
SharedBusControllerNotSupported<DeviceNotSupported
ShrinkDiskFault@5.1<VimFault diskId:int?
SnapshotCloneNotSupported@2.5<SnapshotCopyNotSupported
SnapshotCopyNotSupported<MigrationFault
SnapshotDisabled@2.5<SnapshotFault
SnapshotFault<VimFault
SnapshotIncompatibleDeviceInVm<SnapshotFault fault:LocalizedMethodFault
SnapshotLocked@2.5<SnapshotFault
SnapshotMoveFromNonHomeNotSupported@2.5<SnapshotCopyNotSupported
SnapshotMoveNotSupported@2.5<SnapshotCopyNotSupported
SnapshotMoveToNonHomeNotSupported@2.5<SnapshotCopyNotSupported
SnapshotNoChange@2.5<SnapshotFault
SnapshotRevertIssue<MigrationFault snapshotName:string? event:Event[]? errors:boolean
SoftRuleVioCorrectionDisallowed@4.1<VmConfigFault vmName:string
SoftRuleVioCorrectionImpact@4.1<VmConfigFault vmName:string
SolutionUserRequired@7.0.0.0<SecurityError
SsdDiskNotAvailable@5.5<VimFault devicePath:string
StorageDrsCannotMoveDiskInMultiWriterMode@5.1<VimFault
StorageDrsCannotMoveFTVm@5.1<VimFault
StorageDrsCannotMoveIndependentDisk@5.1<VimFault
StorageDrsCannotMoveManuallyPlacedSwapFile@5.1<VimFault
StorageDrsCannotMoveManuallyPlacedVm@5.1<VimFault
StorageDrsCannotMoveSharedDisk@5.1<VimFault
StorageDrsCannotMoveTemplate@5.1<VimFault
StorageDrsCannotMoveVmInUserFolder@5.1<VimFault
StorageDrsCannotMoveVmWithMountedCDROM@5.1<VimFault
StorageDrsCannotMoveVmWithNoFilesInLayout@5.1<VimFault
StorageDrsDatacentersCannotShareDatastore@5.5<VimFault
StorageDrsDisabledOnVm@5.0<VimFault
StorageDrsHbrDiskNotMovable@6.0<VimFault nonMovableDiskIds:string
StorageDrsHmsMoveInProgress@6.0<VimFault
StorageDrsHmsUnreachable@6.0<VimFault
StorageDrsIolbDisabledInternally@5.0<VimFault
StorageDrsRelocateDisabled@6.0<VimFault
StorageDrsStaleHmsCollection@6.0<VimFault
StorageDrsUnableToMoveFiles@5.1<VimFault
StorageVMotionNotSupported@4.0<MigrationFeatureNotSupported
StorageVmotionIncompatible@5.0<VirtualHardwareCompatibilityIssue datastore:&Datastore?
SuspendedRelocateNotSupported<MigrationFault
SwapDatastoreNotWritableOnHost@2.5<DatastoreNotWritableOnHost
SwapDatastoreUnset@2.5<VimFault
SwapPlacementOverrideNotSupported@2.5<InvalidVmConfig
SwitchIpUnset@5.1<DvsFault
SwitchNotInUpgradeMode@4.0<DvsFault
SystemError<RuntimeFault reason:string
TaskInProgress<VimFault task:&Task
ThirdPartyLicenseAssignmentFailed@5.0<RuntimeFault host:&HostSystem module:string reason:string?
Timedout<VimFault
TooManyConcurrentNativeClones@5.0<FileFault
TooManyConsecutiveOverrides@2.5<VimFault
TooManyDevices<InvalidVmConfig
TooManyDisksOnLegacyHost@2.5<MigrationFault diskCount:int timeoutDanger:boolean
TooManyGuestLogons@5.0<GuestOperationsFault
TooManyHosts<HostConnectFault
TooManyNativeCloneLevels@5.0<FileFault
TooManyNativeClonesOnFile@5.0<FileFault
TooManySnapshotLevels<SnapshotFault
ToolsAlreadyUpgraded@4.0<VmToolsUpgradeFault
ToolsAutoUpgradeNotSupported@4.0<VmToolsUpgradeFault
ToolsImageCopyFailed@5.1<VmToolsUpgradeFault
ToolsImageNotAvailable@4.0<VmToolsUpgradeFault
ToolsImageSignatureCheckFailed@4.0<VmToolsUpgradeFault
ToolsInstallationInProgress@4.0<MigrationFault
ToolsUnavailable<VimFault
ToolsUpgradeCancelled@4.0<VmToolsUpgradeFault
UnSupportedDatastoreForVFlash@5.5<UnsupportedDatastore datastoreName:string type:string
UncommittedUndoableDisk<MigrationFault
UnconfiguredPropertyValue@4.0<InvalidPropertyValue
UncustomizableGuest<CustomizationFault uncustomizableGuestOS:string
UnexpectedCustomizationFault<CustomizationFault
UnexpectedFault<RuntimeFault faultName:TypeName fault:LocalizedMethodFault?
UnrecognizedHost@2.5<VimFault hostName:string
UnsharedSwapVMotionNotSupported@2.5<MigrationFeatureNotSupported
UnsupportedDatastore<VmConfigFault datastore:&Datastore?
UnsupportedGuest<InvalidVmConfig unsupportedGuestOS:string
UnsupportedVimApiVersion@4.0<VimFault version:string?
UnsupportedVmxLocation<VmConfigFault
UnusedVirtualDiskBlocksNotScrubbed@4.0<DeviceBackingNotSupported
UserNotFound<VimFault principal:string unresolved:boolean
VAppConfigFault@4.0<VimFault
VAppNotRunning@4.0<VmConfigFault
VAppOperationInProgress@5.0<RuntimeFault
VAppPropertyFault@4.0<VmConfigFault id:string category:string label:string type:string value:string
VAppTaskInProgress@4.0<TaskInProgress
VFlashCacheHotConfigNotSupported@6.0<VmConfigFault
VFlashModuleNotSupported@5.5<VmConfigFault vmName:string moduleName:string reason:string hostName:string
VFlashModuleVersionIncompatible@5.5<VimFault moduleName:string vmRequestModuleVersion:string hostMinSupportedVerson:string hostModuleVersion:string
VMINotSupported@2.5<DeviceNotSupported
VMOnConflictDVPort@4.0<CannotAccessNetwork
VMOnVirtualIntranet<CannotAccessNetwork
VMotionAcrossNetworkNotSupported@5.5<MigrationFeatureNotSupported
VMotionInterfaceIssue<MigrationFault atSourceHost:boolean failedHost:string failedHostEntity:&HostSystem?@2.5
VMotionLinkCapacityLow<VMotionInterfaceIssue network:string
VMotionLinkDown<VMotionInterfaceIssue network:string
VMotionNotConfigured<VMotionInterfaceIssue
VMotionNotLicensed<VMotionInterfaceIssue
VMotionNotSupported<VMotionInterfaceIssue
VMotionProtocolIncompatible<MigrationFault
VimFault<MethodFault
VirtualDiskBlocksNotFullyProvisioned@4.0<DeviceBackingNotSupported
VirtualDiskModeNotSupported@4.1<DeviceNotSupported mode:string
VirtualEthernetCardNotSupported@2.5<DeviceNotSupported
VirtualHardwareCompatibilityIssue<VmConfigFault
VirtualHardwareVersionNotSupported<VirtualHardwareCompatibilityIssue hostName:string@2.5 host:&HostSystem@2.5
VmAlreadyExistsInDatacenter@4.0<InvalidFolder host:&HostSystem hostname:string vm:&VirtualMachine[]
VmConfigFault<VimFault
VmConfigIncompatibleForFaultTolerance@4.0<VmConfigFault fault:LocalizedMethodFault?
VmConfigIncompatibleForRecordReplay@4.0<VmConfigFault fault:LocalizedMethodFault?
VmFaultToleranceConfigIssue@4.0<VmFaultToleranceIssue reason:string? entityName:string? entity:&ManagedEntity?
VmFaultToleranceConfigIssueWrapper@4.1<VmFaultToleranceIssue entityName:string? entity:&ManagedEntity? error:LocalizedMethodFault?
VmFaultToleranceInvalidFileBacking@4.0<VmFaultToleranceIssue backingType:string? backingFilename:string?
VmFaultToleranceIssue@4.0<VimFault
VmFaultToleranceOpIssuesList@4.0<VmFaultToleranceIssue errors:LocalizedMethodFault[]? warnings:LocalizedMethodFault[]?
VmFaultToleranceTooManyFtVcpusOnHost@6.0<InsufficientResourcesFault hostName:string? maxNumFtVcpus:int
VmFaultToleranceTooManyVMsOnHost@4.1<InsufficientResourcesFault hostName:string? maxNumFtVms:int
VmHostAffinityRuleViolation@4.1<VmConfigFault vmName:string hostName:string
VmLimitLicense<NotEnoughLicenses limit:int
VmMetadataManagerFault@5.5<VimFault
VmMonitorIncompatibleForFaultTolerance@4.1<VimFault
VmPowerOnDisabled@4.0<InvalidState
VmSmpFaultToleranceTooManyVMsOnHost@6.0<InsufficientResourcesFault hostName:string? maxNumSmpFtVms:int
VmToolsUpgradeFault<VimFault
VmValidateMaxDevice@4.0<VimFault device:string max:int count:int
VmWwnConflict@2.5<InvalidVmConfig vm:&VirtualMachine? host:&HostSystem? name:string? wwn:long?
VmfsAlreadyMounted@4.0<VmfsMountFault
VmfsAmbiguousMount@4.0<VmfsMountFault
VmfsMountFault@4.0<HostConfigFault uuid:string
VmotionInterfaceNotEnabled@2.5<HostPowerOpFailed
VolumeEditorError<CustomizationFault
VramLimitLicense@5.0<NotEnoughLicenses limit:int
VsanClusterUuidMismatch@5.5<CannotMoveVsanEnabledHost hostClusterUuid:string destinationClusterUuid:string
VsanDiskFault@5.5<VsanFault device:string?
VsanFault@5.5<VimFault
VsanIncompatibleDiskMapping@6.0<VsanDiskFault
VspanDestPortConflict@5.0<DvsFault vspanSessionKey1:string vspanSessionKey2:string portKey:string
VspanPortConflict@5.0<DvsFault vspanSessionKey1:string vspanSessionKey2:string portKey:string
VspanPortMoveFault@5.0<DvsFault srcPortgroupName:string destPortgroupName:string portKey:string
VspanPortPromiscChangeFault@5.0<DvsFault portKey:string
VspanPortgroupPromiscChangeFault@5.0<DvsFault portgroupName:string
VspanPortgroupTypeChangeFault@5.0<DvsFault portgroupName:string
VspanPromiscuousPortNotSupported@5.0<DvsFault vspanSessionKey:string portKey:string
VspanSameSessionPortConflict@5.0<DvsFault vspanSessionKey:string portKey:string
WakeOnLanNotSupported@2.5<VirtualHardwareCompatibilityIssue
WakeOnLanNotSupportedByVmotionNIC@2.5<HostPowerOpFailed
WillLoseHAProtection@5.0<MigrationFault resolution:string
WillModifyConfigCpuRequirements<MigrationFault
WillResetSnapshotDirectory@5.0<MigrationFault
WipeDiskFault@5.1<VimFault
`;
