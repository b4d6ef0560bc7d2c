/**
 * The data types of vim25 that we speak, other than faults and events.
 *
 * One type a line: `Name@since<Base field:type field:type[] field:type? field:type@since …`, inherited fields left out.
 * `&Type` is a managed object reference, `?` optional, `[]` repeated, `@` the first API version that has it (a field's only where it
 * is newer than its type; 2.0 is not written). Fields stand in the order of the schema, which is the order on the wire.
 */
export const dataTypeLines = `
AboutInfo name:string fullName:string vendor:string version:string patchLevel:string?@7.0.2.0 build:string localeVersion:string? localeBuild:string? osType:string productLineId:string apiType:string apiVersion:string instanceUuid:string?@4.0 licenseProductName:string?@4.0 licenseProductVersion:string?@4.0
AlarmEventArgument<EntityEventArgument alarm:&Alarm
AnswerFileUpdateFailure@5.0 userInputPath:ProfilePropertyPath errMsg:LocalizableMessage
ArrayUpdateSpec operation:ArrayUpdateOperation removeKey:anyType?
AuthorizationDescription privilege:ElementDescription[] privilegeGroup:ElementDescription[]
AuthorizationPrivilege privId:string onParent:boolean name:string privGroupName:string
AuthorizationRole roleId:int system:boolean name:string info:Description privilege:string[]?
BoolOption<OptionType supported:boolean defaultValue:boolean
BoolPolicy@4.0<InheritablePolicy value:boolean?
ChangesInfoEventArgument@6.5 modified:string? added:string? deleted:string?
ChoiceOption<OptionType choiceInfo:ElementDescription[] defaultIndex:int?
ClusterAffinityRuleSpec<ClusterRuleInfo vm:&VirtualMachine[]
ClusterAntiAffinityRuleSpec<ClusterRuleInfo vm:&VirtualMachine[]
ClusterComputeResourceSummary<ComputeResourceSummary currentFailoverLevel:int admissionControlInfo:ClusterDasAdmissionControlInfo?@4.0 numVmotions:int targetBalance:int?@4.0 currentBalance:int?@4.0 drsScore:int?@7.0.0.0 numVmsPerDrsScoreBucket:int[]?@7.0.0.0 usageSummary:ClusterUsageSummary?@6.0 currentEVCModeKey:string?@4.0 currentEVCGraphicsModeKey:string?@7.0.1.0 dasData:ClusterDasData?@5.0 clusterMaintenanceModeStatus:string?@7.0.0.2 vcsHealthStatus:string?@7.0.1.1 vcsSlots:ClusterComputeResourceVcsSlots[]?@7.0.1.1
ClusterComputeResourceVcsSlots@7.0.1.1 systemId:string?@7.0.3.0 host:&HostSystem datastore:&Datastore[]?@7.0.3.0 totalSlots:int
ClusterDasAdmissionControlInfo@4.0
ClusterDasData@5.0
ClusterDasDataSummary@5.0<ClusterDasData hostListVersion:long clusterConfigVersion:long compatListVersion:long
ClusterDasFdmHostState@5.0 state:string stateReporter:&HostSystem?
ClusterDatastoreUpdateSpec@7.0.3.0<ArrayUpdateSpec datastore:&Datastore?
ClusterDependencyRuleInfo@6.5<ClusterRuleInfo vmGroup:string dependsOnVmGroup:string
ClusterDpmHostConfigInfo@2.5 key:&HostSystem enabled:boolean? behavior:DpmBehavior?
ClusterDpmHostConfigSpec@2.5<ArrayUpdateSpec info:ClusterDpmHostConfigInfo?
ClusterDrsVmConfigInfo key:&VirtualMachine enabled:boolean? behavior:DrsBehavior?
ClusterDrsVmConfigSpec<ArrayUpdateSpec info:ClusterDrsVmConfigInfo?
ClusterFailoverHostAdmissionControlInfo@4.0<ClusterDasAdmissionControlInfo hostStatus:ClusterFailoverHostAdmissionControlInfoHostStatus[]?
ClusterFailoverHostAdmissionControlInfoHostStatus@4.0 host:&HostSystem status:ManagedEntityStatus
ClusterFailoverLevelAdmissionControlInfo@4.0<ClusterDasAdmissionControlInfo currentFailoverLevel:int
ClusterFailoverResourcesAdmissionControlInfo@4.0<ClusterDasAdmissionControlInfo currentCpuFailoverResourcesPercent:int currentMemoryFailoverResourcesPercent:int currentPMemFailoverResourcesPercent:int?@7.0.2.0
ClusterFtVmHostRuleInfo@8.0.3.0<ClusterRuleInfo vmGroupName:string hostGroupName:string[]?
ClusterGroupInfo@4.1 name:string userCreated:boolean?@5.0 uniqueID:string?@6.0
ClusterGroupSpec@4.1<ArrayUpdateSpec info:ClusterGroupInfo?
ClusterHostGroup@4.1<ClusterGroupInfo host:&HostSystem[]?
ClusterPreemptibleVmPairInfo@8.0.0.1 id:int? monitoredVm:&VirtualMachine preemptibleVm:&VirtualMachine
ClusterPreemptibleVmPairSpec@8.0.0.1<ArrayUpdateSpec info:ClusterPreemptibleVmPairInfo?
ClusterRuleInfo key:int? status:ManagedEntityStatus? enabled:boolean? name:string? mandatory:boolean?@4.1 userCreated:boolean?@4.1 inCompliance:boolean?@4.1 ruleUuid:string?@6.0
ClusterRuleSpec<ArrayUpdateSpec info:ClusterRuleInfo?
ClusterTagCategoryUpdateSpec@7.0.3.0<ArrayUpdateSpec category:string?
ClusterUsageSummary@6.0 totalCpuCapacityMhz:int totalMemCapacityMB:int cpuReservationMhz:int memReservationMB:int poweredOffCpuReservationMhz:int? poweredOffMemReservationMB:int? cpuDemandMhz:int memDemandMB:int statsGenNumber:long cpuEntitledMhz:int memEntitledMB:int poweredOffVmCount:int totalVmCount:int
ClusterVmGroup@4.1<ClusterGroupInfo vm:&VirtualMachine[]?
ClusterVmHostRuleInfo@4.1<ClusterRuleInfo vmGroupName:string? affineHostGroupName:string? antiAffineHostGroupName:string?
ClusterVmOrchestrationInfo@6.5 vm:&VirtualMachine vmReadiness:ClusterVmReadiness
ClusterVmOrchestrationSpec@6.5<ArrayUpdateSpec info:ClusterVmOrchestrationInfo?
ClusterVmReadiness@6.5 readyCondition:string? postReadyDelay:int?
ComputeResourceEventArgument<EntityEventArgument computeResource:&ComputeResource
ComputeResourceHostSPBMLicenseInfo@5.0 host:&HostSystem licenseState:ComputeResourceHostSPBMLicenseInfoHostSPBMLicenseState
ComputeResourceSummary totalCpu:int totalMemory:long numCpuCores:short numCpuThreads:short effectiveCpu:int effectiveMemory:long numHosts:int numEffectiveHosts:int overallStatus:ManagedEntityStatus
ConflictingConfigurationConfig@5.5 entity:&ManagedEntity? propertyPath:string
CryptoKeyId@6.5 keyId:string providerId:KeyProviderId?
CryptoSpec@6.5
CryptoSpecDecrypt@6.5<CryptoSpec
CryptoSpecDeepRecrypt@6.5<CryptoSpec newKeyId:CryptoKeyId
CryptoSpecEncrypt@6.5<CryptoSpec cryptoKeyId:CryptoKeyId
CryptoSpecNoOp@6.5<CryptoSpec
CryptoSpecRegister@6.5<CryptoSpecNoOp cryptoKeyId:CryptoKeyId
CryptoSpecShallowRecrypt@6.5<CryptoSpec newKeyId:CryptoKeyId
CustomFieldDef key:int name:string type:TypeName managedObjectType:TypeName?@2.5 fieldDefPrivileges:PrivilegePolicyDef?@2.5 fieldInstancePrivileges:PrivilegePolicyDef?@2.5
CustomFieldStringValue<CustomFieldValue value:string
CustomFieldValue key:int
CustomizationAdapterMapping macAddress:string? adapter:CustomizationIPSettings
CustomizationAutoIpV6Generator@4.0<CustomizationIpV6Generator
CustomizationCloudinitPrep@7.0.3.0<CustomizationIdentitySettings metadata:string userdata:string?
CustomizationCustomIpGenerator<CustomizationIpGenerator argument:string?
CustomizationCustomIpV6Generator@4.0<CustomizationIpV6Generator argument:string?
CustomizationCustomName<CustomizationName argument:string?
CustomizationDhcpIpGenerator<CustomizationIpGenerator
CustomizationDhcpIpV6Generator@4.0<CustomizationIpV6Generator
CustomizationFixedIp<CustomizationIpGenerator ipAddress:string
CustomizationFixedIpV6@4.0<CustomizationIpV6Generator ipAddress:string subnetMask:int
CustomizationFixedName<CustomizationName name:string
CustomizationGlobalIPSettings dnsSuffixList:string[]? dnsServerList:string[]?
CustomizationGuiRunOnce commandList:string[]
CustomizationGuiUnattended password:CustomizationPassword? timeZone:int autoLogon:boolean autoLogonCount:int
CustomizationIPSettings ip:CustomizationIpGenerator subnetMask:string? gateway:string[]? ipV6Spec:CustomizationIPSettingsIpV6AddressSpec?@4.0 dnsServerList:string[]? dnsDomain:string? primaryWINS:string? secondaryWINS:string? netBIOS:CustomizationNetBIOSMode?
CustomizationIPSettingsIpV6AddressSpec@4.0 ip:CustomizationIpV6Generator[] gateway:string[]?
CustomizationIdentification joinWorkgroup:string? joinDomain:string? domainAdmin:string? domainAdminPassword:CustomizationPassword? domainOU:string?@8.0.2.0
CustomizationIdentitySettings
CustomizationIpGenerator
CustomizationIpV6Generator@4.0
CustomizationLicenseFilePrintData autoMode:CustomizationLicenseDataMode autoUsers:int?
CustomizationLinuxOptions<CustomizationOptions
CustomizationLinuxPrep<CustomizationIdentitySettings hostName:CustomizationName domain:string timeZone:string?@4.0 hwClockUTC:boolean?@4.0 scriptText:string?@7.0.0.0 compatibleCustomizationMethod:string?@8.0.3.0
CustomizationName
CustomizationOptions
CustomizationPassword value:string plainText:boolean
CustomizationPrefixName<CustomizationName base:string
CustomizationSpec options:CustomizationOptions? identity:CustomizationIdentitySettings globalIPSettings:CustomizationGlobalIPSettings nicSettingMap:CustomizationAdapterMapping[]? encryptionKey:byte[]?
CustomizationStatelessIpV6Generator@4.0<CustomizationIpV6Generator
CustomizationSysprep<CustomizationIdentitySettings guiUnattended:CustomizationGuiUnattended userData:CustomizationUserData guiRunOnce:CustomizationGuiRunOnce? identification:CustomizationIdentification licenseFilePrintData:CustomizationLicenseFilePrintData?
CustomizationSysprepText<CustomizationIdentitySettings value:string
CustomizationUnknownIpGenerator<CustomizationIpGenerator
CustomizationUnknownIpV6Generator@4.0<CustomizationIpV6Generator
CustomizationUnknownName<CustomizationName
CustomizationUserData fullName:string orgName:string computerName:CustomizationName productId:string
CustomizationVirtualMachineName<CustomizationName
CustomizationWinOptions<CustomizationOptions changeSID:boolean deleteAccounts:boolean reboot:CustomizationSysprepRebootOption?@2.5
DVPortSetting@4.0 blocked:BoolPolicy? vmDirectPathGen2Allowed:BoolPolicy?@4.1 inShapingPolicy:DVSTrafficShapingPolicy? outShapingPolicy:DVSTrafficShapingPolicy? vendorSpecificConfig:DVSVendorSpecificConfig? networkResourcePoolKey:StringPolicy?@5.0 filterPolicy:DvsFilterPolicy?@5.5
DVPortgroupConfigInfo@4.0 key:string name:string numPorts:int distributedVirtualSwitch:&DistributedVirtualSwitch? defaultPortConfig:DVPortSetting? description:string? type:string backingType:string?@7.0.0.0 policy:DVPortgroupPolicy portNameFormat:string? scope:&ManagedEntity[]? vendorSpecificConfig:DistributedVirtualSwitchKeyedOpaqueBlob[]? configVersion:string? autoExpand:boolean?@5.0 vmVnicNetworkResourcePoolKey:string?@6.0 uplink:boolean?@6.5 transportZoneUuid:string?@7.0.0.0 transportZoneName:string?@7.0.0.0 logicalSwitchUuid:string?@7.0.0.0 segmentId:string?@7.0.0.0
DVPortgroupPolicy@4.0 blockOverrideAllowed:boolean shapingOverrideAllowed:boolean vendorConfigOverrideAllowed:boolean livePortMovingAllowed:boolean portConfigResetAtDisconnect:boolean networkResourcePoolOverrideAllowed:boolean?@5.0 trafficFilterOverrideAllowed:boolean?@5.5
DVSContactInfo@4.0 name:string? contact:string?
DVSFailureCriteria@4.0<InheritablePolicy checkSpeed:StringPolicy? speed:IntPolicy? checkDuplex:BoolPolicy? fullDuplex:BoolPolicy? checkErrorPercent:BoolPolicy? percentage:IntPolicy? checkBeacon:BoolPolicy?
DVSMacLearningPolicy@6.7<InheritablePolicy enabled:boolean allowUnicastFlooding:boolean? limit:int? limitPolicy:string?
DVSMacManagementPolicy@6.7<InheritablePolicy allowPromiscuous:boolean? macChanges:boolean? forgedTransmits:boolean? macLearningPolicy:DVSMacLearningPolicy?
DVSSecurityPolicy@4.0<InheritablePolicy allowPromiscuous:BoolPolicy? macChanges:BoolPolicy? forgedTransmits:BoolPolicy?
DVSSummary@4.0 name:string uuid:string numPorts:int productInfo:DistributedVirtualSwitchProductSpec? hostMember:&HostSystem[]? vm:&VirtualMachine[]? host:&HostSystem[]? portgroupName:string[]? description:string? contact:DVSContactInfo? numHosts:int?@5.5
DVSTrafficShapingPolicy@4.0<InheritablePolicy enabled:BoolPolicy? averageBandwidth:LongPolicy? peakBandwidth:LongPolicy? burstSize:LongPolicy?
DVSVendorSpecificConfig@4.0<InheritablePolicy keyValue:DistributedVirtualSwitchKeyedOpaqueBlob[]?
DatacenterConfigInfo@5.1 defaultHardwareVersionKey:string? maximumHardwareVersionKey:string?@7.0.2.0
DatacenterEventArgument<EntityEventArgument datacenter:&Datacenter
DatacenterMismatchArgument entity:&ManagedEntity inputDatacenter:&Datacenter?
DatastoreCapability directoryHierarchySupported:boolean rawDiskMappingsSupported:boolean perFileThinProvisioningSupported:boolean storageIORMSupported:boolean@4.1 nativeSnapshotSupported:boolean@5.1 topLevelDirectoryCreateSupported:boolean?@5.5 seSparseSupported:boolean?@5.5 vmfsSparseSupported:boolean?@6.5 vsanSparseSupported:boolean?@6.5 upitSupported:boolean?@6.5 vmdkExpandSupported:boolean?@6.7 clusteredVmdkSupported:boolean?@7.0.0.0
DatastoreEventArgument<EntityEventArgument datastore:&Datastore
DatastoreHostMount key:&HostSystem mountInfo:HostMountInfo
DatastoreInfo name:string url:string freeSpace:long maxFileSize:long maxVirtualDiskCapacity:long?@5.5 maxMemoryFileSize:long@6.0 timestamp:dateTime?@4.0 containerId:string?@5.5 aliasOf:string?@6.7.1
DatastoreSummary datastore:&Datastore? name:string url:string capacity:long freeSpace:long uncommitted:long?@4.0 accessible:boolean multipleHostAccess:boolean? type:string maintenanceMode:string?@5.0
Description label:string summary:string
DeviceBackedVirtualDiskSpec@2.5<VirtualDiskSpec device:string
DeviceGroupId@6.5 id:string
DisabledMethodRequest@4.0 method:string reasonId:string
DiskChangeExtent@4.0 start:long length:long
DiskChangeInfo@4.0 startOffset:long length:long changedArea:DiskChangeExtent[]?
DistributedVirtualSwitchKeyedOpaqueBlob@4.0 key:string opaqueData:string
DistributedVirtualSwitchPortConnection@4.0 switchUuid:string portgroupKey:string? portKey:string? connectionCookie:int?
DistributedVirtualSwitchProductSpec@4.0 name:string? vendor:string? version:string? build:string? forwardingClass:string? bundleId:string? bundleUrl:string?
DpuStatusInfo@8.0.0.1<HostHardwareElementInfo dpuId:string fru:HostFru? sensors:DpuStatusInfoOperationalInfo[]?
DpuStatusInfoOperationalInfo@8.0.0.1 sensorId:string healthState:ElementDescription? reading:string units:string? timeStamp:dateTime?
DvsAcceptNetworkRuleAction@5.5<DvsNetworkRuleAction
DvsApplyOperationFaultFaultOnObject@5.1 objectId:string type:TypeName fault:LocalizedMethodFault
DvsCopyNetworkRuleAction@5.5<DvsNetworkRuleAction
DvsDropNetworkRuleAction@5.5<DvsNetworkRuleAction
DvsEventArgument@4.0<EntityEventArgument dvs:&DistributedVirtualSwitch
DvsFilterConfig@5.5<InheritablePolicy key:string? agentName:string? slotNumber:string? parameters:DvsFilterParameter? onFailure:string?
DvsFilterConfigSpec@5.5<DvsFilterConfig operation:string
DvsFilterParameter@5.5 parameters:string[]?
DvsFilterPolicy@5.5<InheritablePolicy filterConfig:DvsFilterConfig[]?
DvsGreEncapNetworkRuleAction@5.5<DvsNetworkRuleAction encapsulationIp:SingleIp
DvsIpNetworkRuleQualifier@5.5<DvsNetworkRuleQualifier sourceAddress:IpAddress? destinationAddress:IpAddress? protocol:IntExpression? sourceIpPort:DvsIpPort? destinationIpPort:DvsIpPort? tcpFlags:IntExpression?
DvsIpPort@5.5<NegatableExpression
DvsIpPortRange@5.5<DvsIpPort startPortNumber:int endPortNumber:int
DvsLogNetworkRuleAction@5.5<DvsNetworkRuleAction
DvsMacNetworkRuleQualifier@5.5<DvsNetworkRuleQualifier sourceAddress:MacAddress? destinationAddress:MacAddress? protocol:IntExpression? vlanId:IntExpression?
DvsMacRewriteNetworkRuleAction@5.5<DvsNetworkRuleAction rewriteMac:string
DvsNetworkRuleAction@5.5
DvsNetworkRuleQualifier@5.5 key:string?
DvsOperationBulkFaultFaultOnHost@4.0 host:&HostSystem fault:LocalizedMethodFault
DvsPuntNetworkRuleAction@5.5<DvsNetworkRuleAction
DvsRateLimitNetworkRuleAction@5.5<DvsNetworkRuleAction packetsPerSecond:int
DvsSingleIpPort@5.5<DvsIpPort portNumber:int
DvsSystemTrafficNetworkRuleQualifier@5.5<DvsNetworkRuleQualifier typeOfSystemTraffic:StringExpression?
DvsTrafficFilterConfig@5.5<DvsFilterConfig trafficRuleset:DvsTrafficRuleset?
DvsTrafficFilterConfigSpec@5.5<DvsTrafficFilterConfig operation:string
DvsTrafficRule@5.5 key:string? description:string? sequence:int? qualifier:DvsNetworkRuleQualifier[]? action:DvsNetworkRuleAction? direction:string?
DvsTrafficRuleset@5.5 key:string? enabled:boolean? precedence:int? rules:DvsTrafficRule[]?
DvsUpdateTagNetworkRuleAction@5.5<DvsNetworkRuleAction qosTag:int? dscpTag:int?
DynamicProperty name:PropertyPath val:anyType
EVCMode@4.0<ElementDescription guaranteedCPUFeatures:HostCpuIdInfo[]?@4.1 featureCapability:HostFeatureCapability[]?@5.1 featureMask:HostFeatureMask[]?@5.1 featureRequirement:VirtualMachineFeatureRequirement[]?@5.1 vendor:string track:string[]@4.1 vendorTier:int
ElementDescription<Description key:string
EntityEventArgument<EventArgument name:string
EntityPrivilege@5.5 entity:&ManagedEntity privAvailability:PrivilegeAvailability[]
EnumDescription@4.0 key:TypeName tags:ElementDescription[]
EvaluationLicenseSource@2.5<LicenseSource remainingHours:long?
EventArgument
EventDescription category:ElementDescription[] eventInfo:EventDescriptionEventDetail[] enumeratedTypes:EnumDescription[]?@4.0
EventDescriptionEventDetail key:TypeName description:string?@4.0 category:string formatOnDatacenter:string formatOnComputeResource:string formatOnHost:string formatOnVm:string fullFormat:string longDescription:string?@4.1
EventFilterSpec entity:EventFilterSpecByEntity? time:EventFilterSpecByTime? userName:EventFilterSpecByUsername? eventChainId:int? alarm:&Alarm? scheduledTask:&ScheduledTask? disableFullMessage:boolean? category:string[]? type:TypeName[]? tag:string[]?@4.0 eventTypeId:string[]?@4.0 maxCount:int?@6.5 delayedInit:boolean?@8.0.3.0
EventFilterSpecByEntity entity:&ManagedEntity recursion:EventFilterSpecRecursionOption
EventFilterSpecByTime beginTime:dateTime? endTime:dateTime?
EventFilterSpecByUsername systemUser:boolean userList:string[]?
ExtendedDescription@4.0<Description messageCatalogKeyPrefix:string messageArg:KeyAnyValue[]?
ExtendedElementDescription@4.0<ElementDescription messageCatalogKeyPrefix:string messageArg:KeyAnyValue[]?
ExtendedEventPair@2.5 key:string value:string
FaultDomainId@6.5 id:string
FaultToleranceConfigInfo@4.0 role:int instanceUuids:string[] configPaths:string[] orphaned:boolean?@6.0
FaultTolerancePrimaryConfigInfo@4.0<FaultToleranceConfigInfo secondaries:&VirtualMachine[]
FaultToleranceSecondaryConfigInfo@4.0<FaultToleranceConfigInfo primaryVM:&VirtualMachine
FeatureEVCMode@7.0.1.0<ElementDescription mask:HostFeatureMask[]? capability:HostFeatureCapability[]? requirement:VirtualMachineFeatureRequirement[]?
FileBackedVirtualDiskSpec@2.5<VirtualDiskSpec capacityKb:long profile:VirtualMachineProfileSpec[]?@5.5 crypto:CryptoSpec?@6.5
FileInfo path:string friendlyName:string?@6.5 fileSize:long? modification:dateTime? owner:string?@4.0
FileQuery
FileQueryFlags fileType:boolean fileSize:boolean modification:boolean fileOwner:boolean@4.0
FileTransferInformation@5.0 attributes:GuestFileAttributes size:long url:string
FloatOption<OptionType min:float max:float defaultValue:float
FloppyImageFileInfo<FileInfo
FloppyImageFileQuery<FileQuery
FolderEventArgument<EntityEventArgument folder:&Folder
FolderFileInfo<FileInfo
FolderFileQuery<FileQuery
GuestAuthentication@5.0 interactiveSession:boolean
GuestDiskInfo diskPath:string? capacity:long? freeSpace:long? filesystemType:string?@7.0.0.0 mappings:GuestInfoVirtualDiskMapping[]?@7.0.0.0
GuestFileAttributes@5.0 modificationTime:dateTime? accessTime:dateTime? symlinkTarget:string?
GuestFileInfo@5.0 path:string type:string size:long attributes:GuestFileAttributes
GuestInfo toolsStatus:VirtualMachineToolsStatus? toolsVersionStatus:string?@4.0 toolsVersionStatus2:string?@5.0 toolsRunningStatus:string?@4.0 toolsVersion:string? toolsInstallType:string?@6.5 guestId:string? guestFamily:string? guestFullName:string? guestDetailedData:string?@8.0.2.0 hostName:string? ipAddress:string? net:GuestNicInfo[]? ipStack:GuestStackInfo[]?@4.1 disk:GuestDiskInfo[]? screen:GuestScreenInfo? guestState:string appHeartbeatStatus:string?@4.1 guestKernelCrashed:boolean?@6.0 appState:string?@5.5 guestOperationsReady:boolean?@5.0 interactiveGuestOperationsReady:boolean?@5.0 guestStateChangeSupported:boolean?@6.0 generationInfo:GuestInfoNamespaceGenerationInfo[]?@5.1 hwVersion:string?@6.9.1 customizationInfo:GuestInfoCustomizationInfo?@7.0.2.0
GuestInfoCustomizationInfo@7.0.2.0 customizationStatus:string startTime:dateTime? endTime:dateTime? errorMsg:string?
GuestInfoNamespaceGenerationInfo@5.1 key:string generationNo:int
GuestInfoVirtualDiskMapping@7.0.0.0 key:int
GuestListFileInfo@5.0 files:GuestFileInfo[]? remaining:int
GuestNicInfo network:string? ipAddress:string[]? macAddress:string? connected:boolean deviceConfigId:int dnsConfig:NetDnsConfigInfo?@4.1 ipConfig:NetIpConfigInfo?@4.1 netBIOSConfig:NetBIOSConfigInfo?@4.1
GuestPosixFileAttributes@5.0<GuestFileAttributes ownerId:int? groupId:int? permissions:long?
GuestProcessInfo@5.0 name:string pid:long owner:string cmdLine:string startTime:dateTime endTime:dateTime? exitCode:int?
GuestProgramSpec@5.0 programPath:string arguments:string workingDirectory:string? envVariables:string[]?
GuestScreenInfo width:int height:int
GuestStackInfo@4.1 dnsConfig:NetDnsConfigInfo? ipRouteConfig:NetIpRouteConfigInfo? ipStackConfig:KeyValue[]? dhcpConfig:NetDhcpConfigInfo?
GuestWindowsFileAttributes@5.0<GuestFileAttributes hidden:boolean? readOnly:boolean? createTime:dateTime?
GuestWindowsProgramSpec@5.0<GuestProgramSpec startMinimized:boolean
HealthSystemRuntime@2.5 systemHealthInfo:HostSystemHealthInfo? hardwareStatusInfo:HostHardwareStatusInfo?
HostConfigManager cpuScheduler:&HostCpuSchedulerSystem? datastoreSystem:&HostDatastoreSystem? memoryManager:&HostMemorySystem? storageSystem:&HostStorageSystem? networkSystem:&HostNetworkSystem? vmotionSystem:&HostVMotionSystem? virtualNicManager:&HostVirtualNicManager?@4.0 serviceSystem:&HostServiceSystem? firewallSystem:&HostFirewallSystem? advancedOption:&OptionManager? diagnosticSystem:&HostDiagnosticSystem? autoStartManager:&HostAutoStartManager? snmpSystem:&HostSnmpSystem? dateTimeSystem:&HostDateTimeSystem?@2.5 patchManager:&HostPatchManager?@2.5 imageConfigManager:&HostImageConfigManager?@5.0 bootDeviceSystem:&HostBootDeviceSystem?@2.5 firmwareSystem:&HostFirmwareSystem?@2.5 healthStatusSystem:&HostHealthStatusSystem?@2.5 pciPassthruSystem:&HostPciPassthruSystem?@4.0 licenseManager:&LicenseManager?@4.0 kernelModuleSystem:&HostKernelModuleSystem?@4.0 authenticationManager:&HostAuthenticationManager?@4.1 powerSystem:&HostPowerSystem?@4.1 cacheConfigurationManager:&HostCacheConfigurationManager?@5.0 esxAgentHostManager:&HostEsxAgentHostManager?@5.0 iscsiManager:&IscsiManager?@5.0 vFlashManager:&HostVFlashManager?@5.5 vsanSystem:&HostVsanSystem?@5.5 messageBusProxy:&MessageBusProxy?@6.0 userDirectory:&UserDirectory?@6.0 accountManager:&HostLocalAccountManager?@6.0 hostAccessManager:&HostAccessManager?@6.0 graphicsManager:&HostGraphicsManager?@5.5 vsanInternalSystem:&HostVsanInternalSystem?@5.5 certificateManager:&HostCertificateManager?@6.0 cryptoManager:&CryptoManager?@6.5 nvdimmSystem:&HostNvdimmSystem?@6.7 assignableHardwareManager:&HostAssignableHardwareManager?@7.0.0.0
HostConfigSummary name:string port:int sslThumbprint:string?@4.0 product:AboutInfo? vmotionEnabled:boolean faultToleranceEnabled:boolean@4.0 featureVersion:HostFeatureVersionInfo[]?@4.1 agentVmDatastore:&Datastore?@5.0 agentVmNetwork:&Network?@5.0
HostCpuIdInfo level:int vendor:string? eax:string? ebx:string? ecx:string? edx:string?
HostDatastoreBrowserSearchResults datastore:&Datastore? folderPath:string? file:FileInfo[]?
HostDatastoreBrowserSearchSpec query:FileQuery[]? details:FileQueryFlags? searchCaseInsensitive:boolean? matchPattern:string[]? sortFoldersFirst:boolean?
HostDigestInfo@4.0 digestMethod:string digestValue:byte[] objectName:string?
HostDiskDimensionsChs cylinder:long head:int sector:int
HostEventArgument<EntityEventArgument host:&HostSystem
HostFeatureCapability@5.1 key:string featureName:string value:string
HostFeatureMask@5.1 key:string featureName:string value:string
HostFeatureVersionInfo@4.1 key:string value:string
HostFileSystemVolume type:string name:string capacity:long
HostForceMountedInfo@4.0 persist:boolean mounted:boolean
HostFru@8.0.0.1 type:string partName:string partNumber:string manufacturer:string serialNumber:string? mfgTimeStamp:dateTime?
HostHardwareElementInfo@2.5 name:string status:ElementDescription
HostHardwareStatusInfo@2.5 memoryStatusInfo:HostHardwareElementInfo[]? cpuStatusInfo:HostHardwareElementInfo[]? storageStatusInfo:HostStorageElementInfo[]? dpuStatusInfo:DpuStatusInfo[]?@8.0.0.1
HostHardwareSummary vendor:string model:string uuid:string otherIdentifyingInfo:HostSystemIdentificationInfo[]?@2.5 memorySize:long cpuModel:string cpuMhz:int numCpuPkgs:short numCpuCores:short numCpuThreads:short numNics:int numHBAs:int
HostInternetScsiHbaParamValue@4.0<OptionValue isInherited:boolean?
HostListSummary host:&HostSystem? hardware:HostHardwareSummary? runtime:HostRuntimeInfo? config:HostConfigSummary quickStats:HostListSummaryQuickStats overallStatus:ManagedEntityStatus rebootRequired:boolean customValue:CustomFieldValue[]? managementServerIp:string?@2.5 maxEVCModeKey:string?@4.0 currentEVCModeKey:string?@4.0 currentEVCGraphicsModeKey:string?@7.0.1.0 gateway:HostListSummaryGatewaySummary?@6.0 tpmAttestation:HostTpmAttestationInfo?@6.7 trustAuthorityAttestationInfos:HostTrustAuthorityAttestationInfo[]?@7.0.1.0
HostListSummaryGatewaySummary@6.0 gatewayType:string gatewayId:string
HostListSummaryQuickStats overallCpuUsage:int? overallMemoryUsage:int? distributedCpuFairness:int? distributedMemoryFairness:int? availablePMemCapacity:int?@6.7 uptime:int?@4.1
HostLocalFileSystemVolume<HostFileSystemVolume device:string
HostMountInfo path:string? accessMode:string mounted:boolean?@5.0 accessible:boolean?@2.5 inaccessibleReason:string?@5.1 vmknicName:string?@8.0.1.0 vmknicActive:boolean?@8.0.1.0 mountFailedReason:string?@8.0.0.1 numTcpConnections:int?@8.0.1.0
HostNasVolume<HostFileSystemVolume remoteHost:string remotePath:string userName:string?@2.5 remoteHostNames:string[]?@6.0 securityType:string?@6.0 protocolEndpoint:boolean?@6.0
HostNetworkResourceRuntime@6.0 pnicResourceInfo:HostPnicNetworkResourceInfo[]
HostNumericSensorInfo@2.5 name:string healthState:ElementDescription? currentReading:long unitModifier:int baseUnits:string rateUnits:string? sensorType:string id:string?@6.5 sensorNumber:long?@8.0.0.1 timeStamp:string?@6.5 fru:HostFru?@8.0.0.1
HostPMemVolume@6.7<HostFileSystemVolume uuid:string version:string
HostPartialMaintenanceModeRuntimeInfo@8.0.3.0 key:string hostStatus:string
HostPlacedVirtualNicIdentifier@6.0 vm:&VirtualMachine vnicKey:string reservation:int?
HostPnicNetworkResourceInfo@6.0 pnicDevice:string availableBandwidthForVMTraffic:long? unusedBandwidthForVMTraffic:long? placedVirtualNics:HostPlacedVirtualNicIdentifier[]?
HostProtocolEndpoint@6.0 peType:string type:string?@6.5 uuid:string hostKey:&HostSystem[]? storageArray:string? nfsServer:string? nfsDir:string? nfsServerScope:string?@6.5 nfsServerMajor:string?@6.5 nfsServerAuthType:string?@6.5 nfsServerUser:string?@6.5 deviceId:string? usedByStretchedContainer:boolean?@8.0.3.0
HostRuntimeInfo connectionState:HostSystemConnectionState powerState:HostSystemPowerState@2.5 standbyMode:string?@4.1 inMaintenanceMode:boolean inQuarantineMode:boolean?@6.5 bootTime:dateTime? healthSystemRuntime:HealthSystemRuntime?@2.5 dasHostState:ClusterDasFdmHostState?@5.0 tpmPcrValues:HostTpmDigestInfo[]?@4.0 vsanRuntimeInfo:VsanHostRuntimeInfo?@5.5 networkRuntimeInfo:HostRuntimeInfoNetworkRuntimeInfo?@5.5 vFlashResourceRuntimeInfo:HostVFlashManagerVFlashResourceRunTimeInfo?@5.5 hostMaxVirtualDiskCapacity:long?@5.5 cryptoState:string?@6.5 cryptoKeyId:CryptoKeyId?@6.5 statelessNvdsMigrationReady:string?@7.0.2.0 partialMaintenanceMode:HostPartialMaintenanceModeRuntimeInfo[]?@8.0.3.0 stateEncryption:HostRuntimeInfoStateEncryptionInfo?@7.0.3.0
HostRuntimeInfoNetStackInstanceRuntimeInfo@5.5 netStackInstanceKey:string state:string? vmknicKeys:string[]? maxNumberOfConnections:int? currentIpV6Enabled:boolean?
HostRuntimeInfoNetworkRuntimeInfo@5.5 netStackInstanceRuntimeInfo:HostRuntimeInfoNetStackInstanceRuntimeInfo[]? networkResourceRuntime:HostNetworkResourceRuntime?@6.0
HostRuntimeInfoStateEncryptionInfo@7.0.3.0 protectionMode:string requireSecureBoot:boolean? requireExecInstalledOnly:boolean?
HostScsiDiskPartition diskName:string partition:int
HostStorageElementInfo@2.5<HostHardwareElementInfo operationalInfo:HostStorageOperationalInfo[]?
HostStorageOperationalInfo@2.5 property:string value:string
HostSystemHealthInfo@2.5 numericSensorInfo:HostNumericSensorInfo[]?
HostSystemIdentificationInfo@2.5 identifierValue:string identifierType:ElementDescription
HostTpmAttestationInfo@6.7 time:dateTime status:HostTpmAttestationInfoAcceptanceStatus message:LocalizableMessage?
HostTpmDigestInfo@4.0<HostDigestInfo pcrNumber:int
HostTrustAuthorityAttestationInfo@7.0.1.0 attestationStatus:string serviceId:string? attestedAt:dateTime? attestedUntil:dateTime? messages:LocalizableMessage[]?
HostVFlashManagerVFlashResourceRunTimeInfo@5.5 usage:long capacity:long accessible:boolean capacityForVmCache:long freeForVmCache:long
HostVfatVolume@5.0<HostFileSystemVolume
HostVffsVolume@5.5<HostFileSystemVolume majorVersion:int version:string uuid:string extent:HostScsiDiskPartition[]
HostVmfsVolume<HostFileSystemVolume blockSizeMb:int blockSize:int?@6.5 unmapGranularity:int?@6.5 unmapPriority:string?@6.5 unmapBandwidthSpec:VmfsUnmapBandwidthSpec?@6.7 maxBlocks:int majorVersion:int version:string uuid:string extent:HostScsiDiskPartition[] vmfsUpgradable:boolean forceMountedInfo:HostForceMountedInfo?@4.0 ssd:boolean?@5.0 local:boolean?@5.5 scsiDiskType:string?@6.5
HostVvolNQN@8.0.2.0 targetNQN:string storageArray:string online:boolean
HostVvolVolume@6.0<HostFileSystemVolume scId:string hostPE:VVolHostPE[]? hostVvolNQN:HostVvolVolumeHostVvolNQN[]?@8.0.2.0 vasaProviderInfo:VimVasaProviderInfo[]? storageArray:VASAStorageArray[]? protocolEndpointType:string?@8.0.0.0 vvolNQNFieldsAvailable:boolean?@8.0.2.0 stretched:boolean?@8.0.3.0
HostVvolVolumeHostVvolNQN@8.0.2.0 host:&HostSystem? vvolNQN:HostVvolNQN[]?
HttpNfcLeaseCapabilities@6.7 pullModeSupported:boolean corsSupported:boolean
HttpNfcLeaseDatastoreLeaseInfo@4.1 datastoreKey:string hosts:HttpNfcLeaseHostInfo[]
HttpNfcLeaseDeviceUrl@4.0 key:string importKey:string url:string sslThumbprint:string disk:boolean?@4.1 targetId:string?@4.1 datastoreKey:string?@4.1 fileSize:long?@4.1
HttpNfcLeaseHostInfo@4.1 url:string sslThumbprint:string
HttpNfcLeaseInfo@4.0 lease:&HttpNfcLease entity:&ManagedEntity deviceUrl:HttpNfcLeaseDeviceUrl[]? totalDiskCapacityInKB:long leaseTimeout:int hostMap:HttpNfcLeaseDatastoreLeaseInfo[]?@4.1
HttpNfcLeaseManifestEntry@4.1 key:string sha1:string checksum:string?@6.7 checksumType:string?@6.7 size:long disk:boolean capacity:long? populatedSize:long?
HttpNfcLeaseProbeResult@7.0.2.0 serverAccessible:boolean
HttpNfcLeaseSourceFile@6.7 targetDeviceId:string url:string memberName:string? create:boolean sslThumbprint:string? httpHeaders:KeyValue[]? size:long?
ID@6.5 id:string
ImportOperationBulkFaultFaultOnImport@5.1 entityType:string? key:string? fault:LocalizedMethodFault
ImportSpec@4.0 entityConfig:VAppEntityConfigInfo? instantiationOst:OvfConsumerOstNode?@5.0
InheritablePolicy@4.0 inherited:boolean
IntExpression@5.5<NegatableExpression value:int?
IntOption<OptionType min:int max:int defaultValue:int
IntPolicy@4.0<InheritablePolicy value:int?
IpAddress@5.5<NegatableExpression
IpRange@5.5<IpAddress addressPrefix:string prefixLength:int?
IsoImageFileInfo<FileInfo
IsoImageFileQuery<FileQuery
KeyAnyValue@4.0 key:string value:anyType
KeyProviderId@6.5 id:string
KeyValue@2.5 key:string value:string
LatencySensitivity@5.1 level:LatencySensitivitySensitivityLevel sensitivity:int?
LicenseServerSource<LicenseSource licenseServer:string
LicenseSource
LocalDatastoreInfo<DatastoreInfo path:string?
LocalLicenseSource<LicenseSource licenseKeys:string
LocalizableMessage@4.0 key:string arg:KeyAnyValue[]? message:string?
LocalizedMethodFault fault:MethodFault localizedMessage:string?
LongOption<OptionType min:long max:long defaultValue:long
LongPolicy@4.0<InheritablePolicy value:long?
MacAddress@5.5<NegatableExpression
MacRange@5.5<MacAddress address:string mask:string
ManagedByInfo@5.0 extensionKey:string type:string
ManagedEntityEventArgument<EntityEventArgument entity:&ManagedEntity
MethodDescription<Description key:MethodName
MissingObject obj:&ManagedObject fault:LocalizedMethodFault
MissingProperty path:PropertyPath fault:LocalizedMethodFault
MultipleCertificatesVerifyFaultThumbprintData@4.0 port:int thumbprint:string
NamePasswordAuthentication@5.0<GuestAuthentication username:string password:string
NasDatastoreInfo<DatastoreInfo nas:HostNasVolume?
NegatableExpression@5.5 negate:boolean?
NetBIOSConfigInfo@4.1 mode:string
NetDhcpConfigInfo@4.1 ipv6:NetDhcpConfigInfoDhcpOptions? ipv4:NetDhcpConfigInfoDhcpOptions?
NetDhcpConfigInfoDhcpOptions@4.1 enable:boolean config:KeyValue[]?
NetDnsConfigInfo@4.1 dhcp:boolean hostName:string domainName:string ipAddress:string[]? searchDomain:string[]?
NetIpConfigInfo@4.1 ipAddress:NetIpConfigInfoIpAddress[]? dhcp:NetDhcpConfigInfo? autoConfigurationEnabled:boolean?
NetIpConfigInfoIpAddress@4.1 ipAddress:string prefixLength:int origin:string? state:string? lifetime:dateTime?
NetIpRouteConfigInfo@4.1 ipRoute:NetIpRouteConfigInfoIpRoute[]?
NetIpRouteConfigInfoGateway@4.1 ipAddress:string? device:string?
NetIpRouteConfigInfoIpRoute@4.1 network:string prefixLength:int gateway:NetIpRouteConfigInfoGateway
NetworkEventArgument@4.0<EntityEventArgument network:&Network
NetworkSummary network:&Network? name:string accessible:boolean ipPoolName:string@4.0 ipPoolId:int?@5.1
NoPermissionEntityPrivileges@7.0.3.2 entity:&ManagedObject privilegeIds:string[]?
NumericRange@4.0 start:int end:int
ObjectContent obj:&ManagedObject propSet:DynamicProperty[]? missingSet:MissingProperty[]?
ObjectSpec obj:&ManagedObject skip:boolean? selectSet:SelectionSpec[]?
ObjectUpdate kind:ObjectUpdateKind obj:&ManagedObject changeSet:PropertyChange[]? missingSet:MissingProperty[]?
OpaqueNetworkCapability@6.5 networkReservationSupported:boolean
OpaqueNetworkSummary@5.5<NetworkSummary opaqueNetworkId:string opaqueNetworkType:string
OptionDef<ElementDescription optionType:OptionType
OptionType valueIsReadonly:boolean?
OptionValue key:string value:anyType?
OvfConsumerOstNode@5.0 id:string type:string section:OvfConsumerOvfSection[]? child:OvfConsumerOstNode[]? entity:&ManagedEntity?
OvfConsumerOvfSection@5.0 lineNumber:int xml:string
OvfCreateDescriptorParams@4.0 ovfFiles:OvfFile[]? name:string? description:string? includeImageFiles:boolean?@4.1 exportOption:string[]?@5.1 snapshot:&VirtualMachineSnapshot?@5.5
OvfCreateDescriptorResult@4.0 ovfDescriptor:string error:LocalizedMethodFault[]? warning:LocalizedMethodFault[]? includeImageFiles:boolean?@4.1
OvfFile@4.0 deviceId:string path:string compressionMethod:string? chunkSize:long? size:long capacity:long?@4.1 populatedSize:long?@4.1
OvfOptionInfo@5.1 option:string description:LocalizableMessage
PMemDatastoreInfo@6.7<DatastoreInfo pmem:HostPMemVolume
ParaVirtualSCSIController@2.5u2server<VirtualSCSIController
Permission entity:&ManagedEntity? principal:string group:boolean roleId:int propagate:boolean
PrivilegeAvailability@5.5 privId:string isGranted:boolean
PrivilegePolicyDef@2.5 createPrivilege:string readPrivilege:string updatePrivilege:string deletePrivilege:string
ProfileEventArgument@4.0<EventArgument profile:&Profile name:string
ProfilePropertyPath@4.0 profilePath:PropertyPath policyId:string? parameterId:string?@5.1 policyOptionId:string?@6.7
ProfileUpdateFailedUpdateFailure@4.0 profilePath:ProfilePropertyPath errMsg:LocalizableMessage
PropertyChange name:PropertyPath op:PropertyChangeOp val:anyType?
PropertyFilterSpec propSet:PropertySpec[] objectSet:ObjectSpec[] reportMissingObjectsInResults:boolean?@4.1
PropertyFilterUpdate filter:&PropertyFilter objectSet:ObjectUpdate[]? missingSet:MissingObject[]?
PropertySpec type:TypeName all:boolean? pathSet:PropertyPath[]?
ReplicationConfigSpec@5.0 generation:long vmReplicationId:string destination:string port:int rpo:long quiesceGuestEnabled:boolean paused:boolean oppUpdatesEnabled:boolean netCompressionEnabled:boolean?@6.0 netEncryptionEnabled:boolean?@6.7 encryptionDestination:string?@6.7 encryptionPort:int?@6.7 remoteCertificateThumbprint:string?@6.7 dataSetsReplicationEnabled:boolean?@8.0.0.0 disk:ReplicationInfoDiskSettings[]?
ReplicationGroupId@6.5 faultDomainId:FaultDomainId deviceGroupId:DeviceGroupId
ReplicationInfoDiskSettings@5.0 key:int diskReplicationId:string
ReplicationSpec@6.5 replicationGroupId:ReplicationGroupId
ResourceAllocationInfo reservation:long? expandableReservation:boolean? limit:long? shares:SharesInfo? overheadLimit:long?@2.5
ResourceConfigSpec entity:&ManagedEntity? changeVersion:string? lastModified:dateTime? cpuAllocation:ResourceAllocationInfo memoryAllocation:ResourceAllocationInfo scaleDescendantsShares:string?@7.0.0.0
ResourcePoolEventArgument<EntityEventArgument resourcePool:&ResourcePool
ResourcePoolQuickStats@4.0 overallCpuUsage:long? overallCpuDemand:long? guestMemoryUsage:long? hostMemoryUsage:long? distributedCpuEntitlement:long? distributedMemoryEntitlement:long? staticCpuEntitlement:int? staticMemoryEntitlement:int? privateMemory:long? sharedMemory:long? swappedMemory:long? balloonedMemory:long? overheadMemory:long? consumedOverheadMemory:long? compressedMemory:long?@4.1
ResourcePoolResourceUsage reservationUsed:long reservationUsedForVm:long unreservedForPool:long unreservedForVm:long overallUsage:long maxUsage:long
ResourcePoolRuntimeInfo memory:ResourcePoolResourceUsage cpu:ResourcePoolResourceUsage overallStatus:ManagedEntityStatus sharesScalable:string?@7.0.0.0
ResourcePoolSummary name:string config:ResourceConfigSpec runtime:ResourcePoolRuntimeInfo quickStats:ResourcePoolQuickStats?@4.0 configuredMemoryMB:int?@4.0
RetrieveOptions@4.1 maxObjects:int?
RetrieveResult@4.1 token:string? objects:ObjectContent[]
RoleEventArgument<EventArgument roleId:int name:string
SAMLTokenAuthentication@6.0<GuestAuthentication token:string username:string?
SSPIAuthentication@5.0<GuestAuthentication sspiToken:string
ScheduledHardwareUpgradeInfo@5.1 upgradePolicy:string? versionKey:string? scheduledHardwareUpgradeStatus:string? fault:LocalizedMethodFault?
ScheduledTaskDetail<TypeDescription frequency:string
ScheduledTaskEventArgument<EntityEventArgument scheduledTask:&ScheduledTask
SeSparseVirtualDiskSpec@5.1<FileBackedVirtualDiskSpec grainSizeKb:int?
SelectionSpec name:string?
ServiceContent rootFolder:&Folder propertyCollector:&PropertyCollector viewManager:&ViewManager?@2.5 about:AboutInfo setting:&OptionManager? userDirectory:&UserDirectory? sessionManager:&SessionManager? authorizationManager:&AuthorizationManager? serviceManager:&ServiceManager?@5.1 perfManager:&PerformanceManager? scheduledTaskManager:&ScheduledTaskManager? alarmManager:&AlarmManager? eventManager:&EventManager? taskManager:&TaskManager? extensionManager:&ExtensionManager?@2.5 customizationSpecManager:&CustomizationSpecManager? guestCustomizationManager:&VirtualMachineGuestCustomizationManager?@6.8.7 customFieldsManager:&CustomFieldsManager? accountManager:&HostLocalAccountManager? diagnosticManager:&DiagnosticManager? licenseManager:&LicenseManager? searchIndex:&SearchIndex? fileManager:&FileManager?@2.5 datastoreNamespaceManager:&DatastoreNamespaceManager?@5.5 virtualDiskManager:&VirtualDiskManager?@2.5 virtualizationManager:&VirtualizationManager?@2.5 snmpSystem:&HostSnmpSystem?@4.0 vmProvisioningChecker:&VirtualMachineProvisioningChecker?@4.0 vmCompatibilityChecker:&VirtualMachineCompatibilityChecker?@4.0 ovfManager:&OvfManager?@4.0 ipPoolManager:&IpPoolManager?@4.0 dvSwitchManager:&DistributedVirtualSwitchManager?@4.0 hostProfileManager:&HostProfileManager?@4.0 clusterProfileManager:&ClusterProfileManager?@4.0 complianceManager:&ProfileComplianceManager?@4.0 localizationManager:&LocalizationManager?@4.0 storageResourceManager:&StorageResourceManager?@4.1 guestOperationsManager:&GuestOperationsManager?@5.0 overheadMemoryManager:&OverheadMemoryManager?@6.0 certificateManager:&CertificateManager?@6.0 ioFilterManager:&IoFilterManager?@6.0 vStorageObjectManager:&VStorageObjectManagerBase?@6.5 hostSpecManager:&HostSpecificationManager?@6.5 cryptoManager:&CryptoManager?@6.5 healthUpdateManager:&HealthUpdateManager?@6.5 failoverClusterConfigurator:&FailoverClusterConfigurator?@6.5 failoverClusterManager:&FailoverClusterManager?@6.5 tenantManager:&TenantTenantManager?@6.9.1 siteInfoManager:&SiteInfoManager?@7.0.0.0 storageQueryManager:&StorageQueryManager?@6.7.2
ServiceLocator@6.0 instanceUuid:string url:string credential:ServiceLocatorCredential sslThumbprint:string?
ServiceLocatorCredential@6.0
ServiceLocatorNamePassword@6.0<ServiceLocatorCredential username:string password:string
ServiceLocatorSAMLCredential@6.0<ServiceLocatorCredential token:string?
SessionManagerGenericServiceTicket@5.0 id:string hostName:string?@5.1 sslThumbprint:string?@5.1 certThumbprintList:VirtualMachineCertThumbprint[]?@7.0.3.1 ticketType:string?@7.0.2.0
SessionManagerHttpServiceRequestSpec@5.0<SessionManagerServiceRequestSpec method:string? url:string
SessionManagerServiceRequestSpec@5.0
SessionManagerVmomiServiceRequestSpec@5.1<SessionManagerServiceRequestSpec method:MethodName
SharesInfo shares:int level:SharesLevel
SingleIp@5.5<IpAddress address:string
SingleMac@5.5<MacAddress address:string
SnapshotSelectionSpec@8.0.3.0 retentionDays:int?
StorageDrsOptionSpec@5.0<ArrayUpdateSpec option:OptionValue?
StorageDrsVmConfigInfo@5.0 vm:&VirtualMachine? enabled:boolean? behavior:string? intraVmAffinity:boolean? intraVmAntiAffinity:VirtualDiskAntiAffinityRuleSpec? virtualDiskRules:VirtualDiskRuleSpec[]?@6.7
StorageDrsVmConfigSpec@5.0<ArrayUpdateSpec info:StorageDrsVmConfigInfo?
StorageIOAllocationInfo@4.1 limit:long? shares:SharesInfo? reservation:int?@5.5
StoragePodSummary@5.0 name:string capacity:long freeSpace:long
StorageRequirement@5.0 datastore:&Datastore freeSpaceRequiredInKb:long
StringExpression@5.5<NegatableExpression value:string?
StringOption<OptionType defaultValue:string validCharacters:string?
StringPolicy@4.0<InheritablePolicy value:string?
Tag@4.0 key:string
TaskDescription methodInfo:ElementDescription[] state:ElementDescription[] reason:TypeDescription[]
TaskFilterSpec entity:TaskFilterSpecByEntity? time:TaskFilterSpecByTime? userName:TaskFilterSpecByUsername? activationId:string[]?@6.0 state:TaskInfoState[]? alarm:&Alarm? scheduledTask:&ScheduledTask? eventChainId:int[]?@4.0 tag:string[]?@4.0 parentTaskKey:string[]?@4.0 rootTaskKey:string[]?@4.0
TaskFilterSpecByEntity entity:&ManagedEntity recursion:TaskFilterSpecRecursionOption
TaskFilterSpecByTime timeType:TaskFilterSpecTimeOption beginTime:dateTime? endTime:dateTime?
TaskFilterSpecByUsername systemUser:boolean userList:string[]?
TaskInfo key:string task:&Task description:LocalizableMessage?@4.0 name:MethodName? descriptionId:string entity:&ManagedEntity? entityName:string? locked:&ManagedEntity[]? state:TaskInfoState cancelled:boolean cancelable:boolean error:LocalizedMethodFault? result:anyType? progress:int? progressDetails:KeyAnyValue[]?@8.0.1.0 reason:TaskReason queueTime:dateTime startTime:dateTime? completeTime:dateTime? eventChainId:int changeTag:string?@4.0 parentTaskKey:string?@4.0 rootTaskKey:string?@4.0 activationId:string?@6.0
TaskReason
TaskReasonAlarm<TaskReason alarmName:string alarm:&Alarm entityName:string entity:&ManagedEntity
TaskReasonSchedule<TaskReason name:string scheduledTask:&ScheduledTask
TaskReasonSystem<TaskReason
TaskReasonUser<TaskReason userName:string
TemplateConfigFileInfo<VmConfigFileInfo
TemplateConfigFileQuery<VmConfigFileQuery
TicketedSessionAuthentication@5.0<GuestAuthentication ticket:string
ToolsConfigInfo toolsVersion:int? toolsInstallType:string?@6.5 afterPowerOn:boolean? afterResume:boolean? beforeGuestStandby:boolean? beforeGuestShutdown:boolean? beforeGuestReboot:boolean? toolsUpgradePolicy:string?@2.5 pendingCustomization:string?@2.5 customizationKeyId:CryptoKeyId?@6.5 syncTimeWithHostAllowed:boolean?@7.0.1.0 syncTimeWithHost:boolean?@2.5 lastInstallInfo:ToolsConfigInfoToolsLastInstallInfo?@5.0
ToolsConfigInfoToolsLastInstallInfo@5.0 counter:int fault:LocalizedMethodFault?
TraversalSpec<SelectionSpec type:TypeName path:PropertyPath skip:boolean? selectSet:SelectionSpec[]?
TypeDescription<Description key:TypeName
UpdateSet version:string filterSet:PropertyFilterUpdate[]? truncated:boolean?@4.1
UserPrivilegeResult@6.5 entity:&ManagedEntity privileges:string[]?
UserSession key:string userName:string fullName:string loginTime:dateTime lastActiveTime:dateTime locale:string messageLocale:string extensionSession:boolean@5.0 ipAddress:string@5.1 userAgent:string@5.1 callCount:long@5.1
VASAStorageArray@6.0 name:string uuid:string vendorId:string modelId:string discoverySvcInfo:VASAStorageArrayDiscoverySvcInfo[]?@8.0.0.0
VASAStorageArrayDiscoveryFcTransport@8.0.0.0 nodeWwn:string portWwn:string
VASAStorageArrayDiscoveryIpTransport@8.0.0.0 ipAddress:string portNumber:string?
VASAStorageArrayDiscoverySvcInfo@8.0.0.0 portType:string svcNqn:string ipInfo:VASAStorageArrayDiscoveryIpTransport? fcInfo:VASAStorageArrayDiscoveryFcTransport?
VAppConfigInfo@4.0<VmConfigInfo entityConfig:VAppEntityConfigInfo[]? annotation:string instanceUuid:string?@4.1 managedBy:ManagedByInfo?@5.0
VAppConfigSpec@4.0<VmConfigSpec entityConfig:VAppEntityConfigInfo[]? annotation:string? instanceUuid:string?@4.1 managedBy:ManagedByInfo?@5.0
VAppEntityConfigInfo@4.0 key:&ManagedEntity? tag:string? startOrder:int? startDelay:int? waitingForGuest:boolean? startAction:string? stopDelay:int? stopAction:string? destroyWithParent:boolean?@4.1
VAppIPAssignmentInfo@4.0 supportedAllocationScheme:string[]? ipAllocationPolicy:string? supportedIpProtocol:string[]? ipProtocol:string?
VAppOvfSectionInfo@4.0 key:int? namespace:string? type:string? atEnvelopeLevel:boolean? contents:string?
VAppOvfSectionSpec@4.0<ArrayUpdateSpec info:VAppOvfSectionInfo?
VAppProductInfo@4.0 key:int classId:string? instanceId:string? name:string? vendor:string? version:string? fullVersion:string? vendorUrl:string? productUrl:string? appUrl:string?
VAppProductSpec@4.0<ArrayUpdateSpec info:VAppProductInfo?
VAppPropertyInfo@4.0 key:int classId:string? instanceId:string? id:string? category:string? label:string? type:string? typeReference:string?@5.1 userConfigurable:boolean? defaultValue:string? value:string? description:string?
VAppPropertySpec@4.0<ArrayUpdateSpec info:VAppPropertyInfo?
VMwareDVSPortSetting@4.0<DVPortSetting vlan:VmwareDistributedVirtualSwitchVlanSpec? qosTag:IntPolicy? uplinkTeamingPolicy:VmwareUplinkPortTeamingPolicy? securityPolicy:DVSSecurityPolicy? ipfixEnabled:BoolPolicy?@5.0 txUplink:BoolPolicy? lacpPolicy:VMwareUplinkLacpPolicy?@5.1 macManagementPolicy:DVSMacManagementPolicy?@6.7 VNI:IntPolicy?@7.0.0.0
VMwareDVSPortgroupPolicy@4.0<DVPortgroupPolicy vlanOverrideAllowed:boolean uplinkTeamingOverrideAllowed:boolean securityPolicyOverrideAllowed:boolean ipfixOverrideAllowed:boolean?@5.0 macManagementOverrideAllowed:boolean?@6.7.1
VMwareUplinkLacpPolicy@5.1<InheritablePolicy enable:BoolPolicy? mode:StringPolicy?
VMwareUplinkPortOrderPolicy@4.0<InheritablePolicy activeUplinkPort:string[]? standbyUplinkPort:string[]?
VVolHostPE@6.0 key:&HostSystem protocolEndpoint:HostProtocolEndpoint[]
VimVasaProvider@6.0 uid:string?@6.7 url:string name:string? selfSignedCertificate:string? vhostConfig:VimVasaProviderVirtualHostConfig?@8.0.1.0 versionId:int?@8.0.1.0
VimVasaProviderInfo@6.0 provider:VimVasaProvider arrayState:VimVasaProviderStatePerArray[]?
VimVasaProviderStatePerArray@6.0 priority:int arrayId:string active:boolean
VimVasaProviderVirtualHostConfig@8.0.1.0 vhostName:string? serviceHost:string servicePort:int?
VirtualAHCIController@5.5<VirtualSATAController
VirtualAppImportSpec@4.0<ImportSpec name:string vAppConfigSpec:VAppConfigSpec resourcePoolSpec:ResourceConfigSpec child:ImportSpec[]?
VirtualAppLinkInfo@4.1 key:&ManagedEntity destroyWithParent:boolean?
VirtualAppSummary@4.0<ResourcePoolSummary product:VAppProductInfo? vAppState:VirtualAppVAppState? suspended:boolean?@4.1 installBootRequired:boolean? instanceUuid:string?@4.1
VirtualBusLogicController<VirtualSCSIController
VirtualCdrom<VirtualDevice
VirtualCdromAtapiBackingInfo<VirtualDeviceDeviceBackingInfo
VirtualCdromIsoBackingInfo<VirtualDeviceFileBackingInfo
VirtualCdromPassthroughBackingInfo<VirtualDeviceDeviceBackingInfo exclusive:boolean
VirtualCdromRemoteAtapiBackingInfo<VirtualDeviceRemoteDeviceBackingInfo
VirtualCdromRemotePassthroughBackingInfo<VirtualDeviceRemoteDeviceBackingInfo exclusive:boolean
VirtualController<VirtualDevice busNumber:int device:int[]?
VirtualDevice key:int deviceInfo:Description? backing:VirtualDeviceBackingInfo? connectable:VirtualDeviceConnectInfo? slotInfo:VirtualDeviceBusSlotInfo?@5.1 controllerKey:int? unitNumber:int? numaNode:int?@8.0.0.1 deviceGroupInfo:VirtualDeviceDeviceGroupInfo?@8.0.0.1
VirtualDeviceBackingInfo
VirtualDeviceBusSlotInfo@5.1
VirtualDeviceConfigSpec operation:VirtualDeviceConfigSpecOperation? fileOperation:VirtualDeviceConfigSpecFileOperation? device:VirtualDevice profile:VirtualMachineProfileSpec[]?@5.5 backing:VirtualDeviceConfigSpecBackingSpec?@6.5 filterSpec:VirtualMachineBaseIndependentFilterSpec[]?@7.0.2.1 changeMode:string?@8.0.0.1
VirtualDeviceConfigSpecBackingSpec@6.5 parent:VirtualDeviceConfigSpecBackingSpec? crypto:CryptoSpec?
VirtualDeviceConnectInfo migrateConnect:string?@6.7 startConnected:boolean allowGuestControl:boolean connected:boolean status:string?@4.0
VirtualDeviceDeviceBackingInfo<VirtualDeviceBackingInfo deviceName:string useAutoDetect:boolean?@2.5
VirtualDeviceDeviceGroupInfo@8.0.0.1 groupInstanceKey:int sequenceId:int
VirtualDeviceFileBackingInfo<VirtualDeviceBackingInfo fileName:string datastore:&Datastore? backingObjectId:string?@5.5
VirtualDevicePciBusSlotInfo@5.1<VirtualDeviceBusSlotInfo pciSlotNumber:int
VirtualDevicePipeBackingInfo<VirtualDeviceBackingInfo pipeName:string
VirtualDeviceRemoteDeviceBackingInfo<VirtualDeviceBackingInfo deviceName:string useAutoDetect:boolean?@2.5
VirtualDeviceURIBackingInfo@4.1<VirtualDeviceBackingInfo serviceURI:string direction:string proxyURI:string?
VirtualDisk<VirtualDevice capacityInKB:long capacityInBytes:long?@5.5 shares:SharesInfo? storageIOAllocation:StorageIOAllocationInfo?@4.1 diskObjectId:string?@5.5 vFlashCacheConfigInfo:VirtualDiskVFlashCacheConfigInfo?@5.5 iofilter:string[]?@6.0 vDiskId:ID?@6.5 vDiskVersion:int?@8.0.1.0 nativeUnmanagedLinkedClone:boolean?@6.7 independentFilters:VirtualMachineBaseIndependentFilterSpec[]?@7.0.2.1 guestReadOnly:boolean?@8.0.2.0
VirtualDiskAntiAffinityRuleSpec@5.0<ClusterRuleInfo diskId:int[]
VirtualDiskConfigSpec@5.5<VirtualDeviceConfigSpec diskMoveType:string?@6.0 migrateCache:boolean?
VirtualDiskFlatVer1BackingInfo<VirtualDeviceFileBackingInfo diskMode:string split:boolean? writeThrough:boolean? contentId:string?@4.0 parent:VirtualDiskFlatVer1BackingInfo?@4.0
VirtualDiskFlatVer2BackingInfo<VirtualDeviceFileBackingInfo diskMode:string split:boolean? writeThrough:boolean? thinProvisioned:boolean? eagerlyScrub:boolean?@4.0 uuid:string?@2.5 contentId:string?@4.0 changeId:string?@4.0 parent:VirtualDiskFlatVer2BackingInfo?@4.0 deltaDiskFormat:string?@5.0 digestEnabled:boolean?@5.0 deltaGrainSize:int?@5.1 deltaDiskFormatVariant:string?@6.0 sharing:string?@6.0 keyId:CryptoKeyId?@6.5
VirtualDiskId@5.0 vm:&VirtualMachine diskId:int
VirtualDiskLocalPMemBackingInfo@6.7<VirtualDeviceFileBackingInfo diskMode:string uuid:string? volumeUUID:string? contentId:string?
VirtualDiskPartitionedRawDiskVer2BackingInfo<VirtualDiskRawDiskVer2BackingInfo partition:int[]
VirtualDiskRawDiskMappingVer1BackingInfo<VirtualDeviceFileBackingInfo lunUuid:string? deviceName:string? compatibilityMode:string? diskMode:string? uuid:string?@2.5 contentId:string?@4.0 changeId:string?@4.0 parent:VirtualDiskRawDiskMappingVer1BackingInfo?@4.0 deltaDiskFormat:string?@6.7 deltaGrainSize:int?@6.7 sharing:string?@6.0
VirtualDiskRawDiskVer2BackingInfo<VirtualDeviceDeviceBackingInfo descriptorFileName:string uuid:string?@2.5 changeId:string?@4.0 sharing:string?@6.0
VirtualDiskRuleSpec@6.7<ClusterRuleInfo diskRuleType:string diskId:int[]?
VirtualDiskSeSparseBackingInfo@5.1<VirtualDeviceFileBackingInfo diskMode:string writeThrough:boolean? uuid:string? contentId:string? changeId:string? parent:VirtualDiskSeSparseBackingInfo? deltaDiskFormat:string? digestEnabled:boolean? grainSize:int? keyId:CryptoKeyId?@6.5
VirtualDiskSparseVer1BackingInfo<VirtualDeviceFileBackingInfo diskMode:string split:boolean? writeThrough:boolean? spaceUsedInKB:long? contentId:string?@4.0 parent:VirtualDiskSparseVer1BackingInfo?@4.0
VirtualDiskSparseVer2BackingInfo<VirtualDeviceFileBackingInfo diskMode:string split:boolean? writeThrough:boolean? spaceUsedInKB:long? uuid:string?@2.5 contentId:string?@4.0 changeId:string?@4.0 parent:VirtualDiskSparseVer2BackingInfo?@4.0 keyId:CryptoKeyId?@6.5
VirtualDiskSpec@2.5 diskType:string adapterType:string
VirtualDiskVFlashCacheConfigInfo@5.5 vFlashModule:string? reservationInMB:long? cacheConsistencyType:string? cacheMode:string? blockSizeInKB:long?
VirtualE1000<VirtualEthernetCard
VirtualE1000e@5.0<VirtualEthernetCard
VirtualEnsoniq1371<VirtualSoundCard
VirtualEthernetCard<VirtualDevice addressType:string? macAddress:string? wakeOnLanEnabled:boolean? resourceAllocation:VirtualEthernetCardResourceAllocation?@6.0 externalId:string?@6.0 uptCompatibilityEnabled:boolean?@6.0
VirtualEthernetCardDistributedVirtualPortBackingInfo@4.0<VirtualDeviceBackingInfo port:DistributedVirtualSwitchPortConnection
VirtualEthernetCardLegacyNetworkBackingInfo<VirtualDeviceDeviceBackingInfo
VirtualEthernetCardNetworkBackingInfo<VirtualDeviceDeviceBackingInfo network:&Network? inPassthroughMode:boolean?@2.5u2server
VirtualEthernetCardOpaqueNetworkBackingInfo@5.5<VirtualDeviceBackingInfo opaqueNetworkId:string opaqueNetworkType:string
VirtualEthernetCardResourceAllocation@6.0 reservation:long? share:SharesInfo limit:long?
VirtualFloppy<VirtualDevice
VirtualFloppyDeviceBackingInfo<VirtualDeviceDeviceBackingInfo
VirtualFloppyImageBackingInfo<VirtualDeviceFileBackingInfo
VirtualFloppyRemoteDeviceBackingInfo<VirtualDeviceRemoteDeviceBackingInfo
VirtualHardware numCPU:int numCoresPerSocket:int?@5.0 autoCoresPerSocket:boolean?@8.0.0.1 memoryMB:int virtualICH7MPresent:boolean?@5.0 virtualSMCPresent:boolean?@5.0 device:VirtualDevice[]? motherboardLayout:string?@8.0.0.1 simultaneousThreads:int?@8.0.0.1
VirtualHdAudioCard@5.0<VirtualSoundCard
VirtualIDEController<VirtualController
VirtualKeyboard<VirtualDevice
VirtualLsiLogicController<VirtualSCSIController
VirtualLsiLogicSASController@2.5u2server<VirtualSCSIController
VirtualMachineAffinityInfo affinitySet:int[]?
VirtualMachineBaseIndependentFilterSpec@7.0.2.1
VirtualMachineBootOptions@2.5 bootDelay:long? enterBIOSSetup:boolean? efiSecureBootEnabled:boolean?@6.5 bootRetryEnabled:boolean?@4.1 bootRetryDelay:long?@4.1 bootOrder:VirtualMachineBootOptionsBootableDevice[]?@5.0 networkBootProtocol:string?@6.0
VirtualMachineBootOptionsBootableCdromDevice@5.0<VirtualMachineBootOptionsBootableDevice
VirtualMachineBootOptionsBootableDevice@5.0
VirtualMachineBootOptionsBootableDiskDevice@5.0<VirtualMachineBootOptionsBootableDevice deviceKey:int
VirtualMachineBootOptionsBootableEthernetDevice@5.0<VirtualMachineBootOptionsBootableDevice deviceKey:int
VirtualMachineBootOptionsBootableFloppyDevice@5.0<VirtualMachineBootOptionsBootableDevice
VirtualMachineCapability snapshotOperationsSupported:boolean multipleSnapshotsSupported:boolean snapshotConfigSupported:boolean poweredOffSnapshotsSupported:boolean memorySnapshotsSupported:boolean revertToSnapshotSupported:boolean quiescedSnapshotsSupported:boolean disableSnapshotsSupported:boolean@2.5 lockSnapshotsSupported:boolean@2.5 consolePreferencesSupported:boolean cpuFeatureMaskSupported:boolean s1AcpiManagementSupported:boolean settingScreenResolutionSupported:boolean toolsAutoUpdateSupported:boolean vmNpivWwnSupported:boolean@2.5 npivWwnOnNonRdmVmSupported:boolean@2.5 vmNpivWwnDisableSupported:boolean@4.0 vmNpivWwnUpdateSupported:boolean@4.0 swapPlacementSupported:boolean@2.5 toolsSyncTimeSupported:boolean@2.5 virtualMmuUsageSupported:boolean@2.5 diskSharesSupported:boolean@2.5 bootOptionsSupported:boolean@2.5 bootRetryOptionsSupported:boolean@4.1 settingVideoRamSizeSupported:boolean@2.5 settingDisplayTopologySupported:boolean@2.5u2server recordReplaySupported:boolean@4.0 changeTrackingSupported:boolean@4.0 multipleCoresPerSocketSupported:boolean@5.0 hostBasedReplicationSupported:boolean@5.0 guestAutoLockSupported:boolean@5.0 memoryReservationLockSupported:boolean@5.0 featureRequirementSupported:boolean@5.1 poweredOnMonitorTypeChangeSupported:boolean@5.1 seSparseDiskSupported:boolean@5.1 nestedHVSupported:boolean@5.1 vPMCSupported:boolean@5.1 secureBootSupported:boolean?@6.5 perVmEvcSupported:boolean?@6.7 virtualMmuUsageIgnored:boolean?@6.7 virtualExecUsageIgnored:boolean?@6.7 diskOnlySnapshotOnSuspendedVMSupported:boolean?@6.7 suspendToMemorySupported:boolean?@7.0.2.0 toolsSyncTimeAllowSupported:boolean?@7.0.1.0 sevSupported:boolean?@7.0.1.0 pmemFailoverSupported:boolean?@7.0.2.0 requireSgxAttestationSupported:boolean?@8.0.0.1 changeModeDisksSupported:boolean?@8.0.0.1 vendorDeviceGroupSupported:boolean?@8.0.1.0
VirtualMachineCertThumbprint@7.0.3.1 thumbprint:string hashAlgorithm:string?
VirtualMachineCloneSpec location:VirtualMachineRelocateSpec template:boolean config:VirtualMachineConfigSpec? customization:CustomizationSpec? powerOn:boolean snapshot:&VirtualMachineSnapshot?@4.0 memory:boolean?@5.5 tpmProvisionPolicy:string?@8.0.0.1
VirtualMachineConfigInfo changeVersion:string modified:dateTime name:string guestFullName:string version:string uuid:string createDate:dateTime?@6.7 instanceUuid:string?@4.0 npivNodeWorldWideName:long[]?@2.5 npivPortWorldWideName:long[]?@2.5 npivWorldWideNameType:string?@2.5 npivDesiredNodeWwns:short?@4.0 npivDesiredPortWwns:short?@4.0 npivTemporaryDisabled:boolean?@4.0 npivOnNonRdmDisks:boolean?@4.0 locationId:string? template:boolean guestId:string alternateGuestName:string@2.5 annotation:string? files:VirtualMachineFileInfo tools:ToolsConfigInfo? flags:VirtualMachineFlagInfo consolePreferences:VirtualMachineConsolePreferences? defaultPowerOps:VirtualMachineDefaultPowerOpInfo rebootPowerOff:boolean?@8.0.0.1 hardware:VirtualHardware vcpuConfig:VirtualMachineVcpuConfig[]?@7.0.0.0 cpuAllocation:ResourceAllocationInfo? memoryAllocation:ResourceAllocationInfo? latencySensitivity:LatencySensitivity?@5.1 memoryHotAddEnabled:boolean?@2.5u2server cpuHotAddEnabled:boolean?@2.5u2server cpuHotRemoveEnabled:boolean?@2.5u2server hotPlugMemoryLimit:long?@2.5u2server hotPlugMemoryIncrementSize:long?@2.5u2server cpuAffinity:VirtualMachineAffinityInfo? memoryAffinity:VirtualMachineAffinityInfo? networkShaper:VirtualMachineNetworkShaperInfo? extraConfig:OptionValue[]? cpuFeatureMask:HostCpuIdInfo[]? datastoreUrl:VirtualMachineConfigInfoDatastoreUrlPair[]? swapPlacement:string?@2.5 bootOptions:VirtualMachineBootOptions?@2.5 ftInfo:FaultToleranceConfigInfo?@4.0 repConfig:ReplicationConfigSpec?@6.0 vAppConfig:VmConfigInfo?@4.0 vAssertsEnabled:boolean?@4.0 changeTrackingEnabled:boolean?@4.0 firmware:string?@5.0 maxMksConnections:int?@5.0 guestAutoLockEnabled:boolean?@5.0 managedBy:ManagedByInfo?@5.0 memoryReservationLockedToMax:boolean?@5.0 initialOverhead:VirtualMachineConfigInfoOverheadInfo?@5.0 nestedHVEnabled:boolean?@5.1 vPMCEnabled:boolean?@5.1 scheduledHardwareUpgradeInfo:ScheduledHardwareUpgradeInfo?@5.1 forkConfigInfo:VirtualMachineForkConfigInfo?@6.0 vFlashCacheReservation:long?@5.5 vmxConfigChecksum:base64Binary?@6.0 messageBusTunnelEnabled:boolean?@6.0 vmStorageObjectId:string?@6.0 swapStorageObjectId:string?@6.0 keyId:CryptoKeyId?@6.5 guestIntegrityInfo:VirtualMachineGuestIntegrityInfo?@6.5 migrateEncryption:string?@6.5 sgxInfo:VirtualMachineSgxInfo?@7.0.0.0 contentLibItemInfo:VirtualMachineContentLibraryItemInfo?@7.0.0.0 ftEncryptionMode:string?@7.0.2.0 guestMonitoringModeInfo:VirtualMachineGuestMonitoringModeInfo?@7.0.0.0 sevEnabled:boolean?@7.0.1.0 numaInfo:VirtualMachineVirtualNumaInfo?@8.0.0.1 pmemFailoverEnabled:boolean?@7.0.2.0 vmxStatsCollectionEnabled:boolean?@7.0.3.1 vmOpNotificationToAppEnabled:boolean?@7.0.3.0 vmOpNotificationTimeout:long?@8.0.0.1 deviceSwap:VirtualMachineVirtualDeviceSwap?@8.0.0.1 pmem:VirtualMachineVirtualPMem?@7.0.3.0 deviceGroups:VirtualMachineVirtualDeviceGroups?@8.0.0.1 fixedPassthruHotPlugEnabled:boolean?@8.0.1.0 metroFtEnabled:boolean?@8.0.3.0 metroFtHostGroup:string?@8.0.3.0
VirtualMachineConfigInfoDatastoreUrlPair name:string url:string
VirtualMachineConfigInfoOverheadInfo@5.0 initialMemoryReservation:long? initialSwapReservation:long?
VirtualMachineConfigSpec changeVersion:string? name:string? version:string? createDate:dateTime?@6.7 uuid:string? instanceUuid:string?@4.0 npivNodeWorldWideName:long[]?@2.5 npivPortWorldWideName:long[]?@2.5 npivWorldWideNameType:string?@2.5 npivDesiredNodeWwns:short?@4.0 npivDesiredPortWwns:short?@4.0 npivTemporaryDisabled:boolean?@4.0 npivOnNonRdmDisks:boolean?@4.0 npivWorldWideNameOp:string?@2.5 locationId:string? guestId:string? alternateGuestName:string?@2.5 annotation:string? files:VirtualMachineFileInfo? tools:ToolsConfigInfo? flags:VirtualMachineFlagInfo? consolePreferences:VirtualMachineConsolePreferences? powerOpInfo:VirtualMachineDefaultPowerOpInfo? rebootPowerOff:boolean?@8.0.0.1 numCPUs:int? vcpuConfig:VirtualMachineVcpuConfig[]?@7.0.0.0 numCoresPerSocket:int?@5.0 memoryMB:long? memoryHotAddEnabled:boolean?@2.5u2server cpuHotAddEnabled:boolean?@2.5u2server cpuHotRemoveEnabled:boolean?@2.5u2server virtualICH7MPresent:boolean?@5.0 virtualSMCPresent:boolean?@5.0 deviceChange:VirtualDeviceConfigSpec[]? cpuAllocation:ResourceAllocationInfo? memoryAllocation:ResourceAllocationInfo? latencySensitivity:LatencySensitivity?@5.1 cpuAffinity:VirtualMachineAffinityInfo? memoryAffinity:VirtualMachineAffinityInfo? networkShaper:VirtualMachineNetworkShaperInfo? cpuFeatureMask:VirtualMachineCpuIdInfoSpec[]? extraConfig:OptionValue[]? swapPlacement:string?@2.5 bootOptions:VirtualMachineBootOptions?@2.5 vAppConfig:VmConfigSpec?@4.0 ftInfo:FaultToleranceConfigInfo?@4.0 repConfig:ReplicationConfigSpec?@6.0 vAppConfigRemoved:boolean?@4.0 vAssertsEnabled:boolean?@4.0 changeTrackingEnabled:boolean?@4.0 firmware:string?@5.0 maxMksConnections:int?@5.0 guestAutoLockEnabled:boolean?@5.0 managedBy:ManagedByInfo?@5.0 memoryReservationLockedToMax:boolean?@5.0 nestedHVEnabled:boolean?@5.1 vPMCEnabled:boolean?@5.1 scheduledHardwareUpgradeInfo:ScheduledHardwareUpgradeInfo?@5.1 vmProfile:VirtualMachineProfileSpec[]?@5.5 messageBusTunnelEnabled:boolean?@6.0 crypto:CryptoSpec?@6.5 migrateEncryption:string?@6.5 sgxInfo:VirtualMachineSgxInfo?@7.0.0.0 ftEncryptionMode:string?@7.0.2.0 guestMonitoringModeInfo:VirtualMachineGuestMonitoringModeInfo?@7.0.0.0 sevEnabled:boolean?@7.0.1.0 virtualNuma:VirtualMachineVirtualNuma?@8.0.0.1 motherboardLayout:string?@8.0.0.1 pmemFailoverEnabled:boolean?@7.0.2.0 vmxStatsCollectionEnabled:boolean?@7.0.3.1 vmOpNotificationToAppEnabled:boolean?@7.0.3.0 vmOpNotificationTimeout:long?@8.0.0.1 deviceSwap:VirtualMachineVirtualDeviceSwap?@8.0.0.1 simultaneousThreads:int?@8.0.0.1 pmem:VirtualMachineVirtualPMem?@7.0.3.0 deviceGroups:VirtualMachineVirtualDeviceGroups?@8.0.0.1 fixedPassthruHotPlugEnabled:boolean?@8.0.1.0 metroFtEnabled:boolean?@8.0.3.0 metroFtHostGroup:string?@8.0.3.0
VirtualMachineConfigSummary name:string template:boolean vmPathName:string memorySizeMB:int? cpuReservation:int? memoryReservation:int? numCpu:int? numEthernetCards:int? numVirtualDisks:int? uuid:string? instanceUuid:string?@4.0 guestId:string? guestFullName:string? annotation:string? product:VAppProductInfo?@4.0 installBootRequired:boolean?@4.0 ftInfo:FaultToleranceConfigInfo?@4.0 managedBy:ManagedByInfo?@5.0 tpmPresent:boolean?@6.7 numVmiopBackings:int?@6.7 hwVersion:string?@6.9.1
VirtualMachineConsolePreferences powerOnWhenOpened:boolean? enterFullScreenOnPowerOn:boolean? closeOnPowerOffOrSuspend:boolean?
VirtualMachineContentLibraryItemInfo@7.0.0.0 contentLibraryItemUuid:string contentLibraryItemVersion:string?
VirtualMachineCpuIdInfoSpec<ArrayUpdateSpec info:HostCpuIdInfo?
VirtualMachineDefaultPowerOpInfo powerOffType:string? suspendType:string? resetType:string? defaultPowerOffType:string? defaultSuspendType:string? defaultResetType:string? standbyAction:string?
VirtualMachineDefaultProfileSpec@6.0<VirtualMachineProfileSpec
VirtualMachineDefinedProfileSpec@5.5<VirtualMachineProfileSpec profileId:string replicationSpec:ReplicationSpec?@6.5 profileData:VirtualMachineProfileRawData? profileParams:KeyValue[]?@6.7
VirtualMachineDeviceRuntimeInfo@4.1 runtimeState:VirtualMachineDeviceRuntimeInfoDeviceRuntimeState key:int
VirtualMachineDeviceRuntimeInfoDeviceRuntimeState@4.1
VirtualMachineDeviceRuntimeInfoVirtualEthernetCardRuntimeState@4.1<VirtualMachineDeviceRuntimeInfoDeviceRuntimeState vmDirectPathGen2Active:boolean? vmDirectPathGen2InactiveReasonVm:string[]? vmDirectPathGen2InactiveReasonOther:string[]? vmDirectPathGen2InactiveReasonExtended:string? uptv2Active:boolean?@8.0.0.1 uptv2InactiveReasonVm:string[]?@8.0.0.1 uptv2InactiveReasonOther:string[]?@8.0.0.1 reservationStatus:string?@5.5 attachmentStatus:string?@6.7 featureRequirement:VirtualMachineFeatureRequirement[]?@6.7
VirtualMachineEmptyIndependentFilterSpec@7.0.2.1<VirtualMachineBaseIndependentFilterSpec
VirtualMachineEmptyProfileSpec@5.5<VirtualMachineProfileSpec
VirtualMachineFeatureRequirement@5.1 key:string featureName:string value:string
VirtualMachineFileInfo vmPathName:string? snapshotDirectory:string? suspendDirectory:string? logDirectory:string? ftMetadataDirectory:string?@6.0
VirtualMachineFileLayout configFile:string[]? logFile:string[]? disk:VirtualMachineFileLayoutDiskLayout[]? snapshot:VirtualMachineFileLayoutSnapshotLayout[]? swapFile:string?
VirtualMachineFileLayoutDiskLayout key:int diskFile:string[]
VirtualMachineFileLayoutEx@4.0 file:VirtualMachineFileLayoutExFileInfo[]? disk:VirtualMachineFileLayoutExDiskLayout[]? snapshot:VirtualMachineFileLayoutExSnapshotLayout[]? timestamp:dateTime
VirtualMachineFileLayoutExDiskLayout@4.0 key:int chain:VirtualMachineFileLayoutExDiskUnit[]?
VirtualMachineFileLayoutExDiskUnit@4.0 fileKey:int[]
VirtualMachineFileLayoutExFileInfo@4.0 key:int name:string type:string size:long uniqueSize:long?@5.1 backingObjectId:string?@6.0 accessible:boolean?@6.0
VirtualMachineFileLayoutExSnapshotLayout@4.0 key:&VirtualMachineSnapshot dataKey:int memoryKey:int@6.0 disk:VirtualMachineFileLayoutExDiskLayout[]?
VirtualMachineFileLayoutSnapshotLayout key:&VirtualMachineSnapshot snapshotFile:string[]
VirtualMachineFlagInfo disableAcceleration:boolean? enableLogging:boolean? useToe:boolean? runWithDebugInfo:boolean? monitorType:string?@2.5 htSharing:string? snapshotDisabled:boolean?@2.5 snapshotLocked:boolean?@2.5 diskUuidEnabled:boolean?@2.5 virtualMmuUsage:string?@2.5 virtualExecUsage:string?@4.0 snapshotPowerOffBehavior:string?@2.5 recordReplayEnabled:boolean?@4.0 faultToleranceType:string?@6.0 cbrcCacheEnabled:boolean?@6.5 vvtdEnabled:boolean?@6.7 vbsEnabled:boolean?@6.7
VirtualMachineForkConfigInfo@6.0 parentEnabled:boolean? childForkGroupId:string? parentForkGroupId:string?@6.5 childType:string?
VirtualMachineGuestIntegrityInfo@6.5 enabled:boolean?
VirtualMachineGuestMonitoringModeInfo@7.0.0.0 gmmFile:string? gmmAppliance:string?
VirtualMachineGuestQuiesceSpec@6.5 timeout:int?
VirtualMachineGuestSummary guestId:string? guestFullName:string? toolsStatus:VirtualMachineToolsStatus? toolsVersionStatus:string?@4.0 toolsVersionStatus2:string?@5.0 toolsRunningStatus:string?@4.0 hostName:string? ipAddress:string? hwVersion:string?@6.9.1
VirtualMachineImportSpec@4.0<ImportSpec configSpec:VirtualMachineConfigSpec resPoolEntity:&ResourcePool?@4.1
VirtualMachineIndependentFilterSpec@7.0.2.1<VirtualMachineBaseIndependentFilterSpec filterName:string filterClass:string? filterCapabilities:KeyValue[]?
VirtualMachineMessage@2.5 id:string argument:anyType[]? text:string?@4.0
VirtualMachineNetworkShaperInfo enabled:boolean? peakBps:long? averageBps:long? burstSize:long?
VirtualMachineProfileRawData@5.5 extensionKey:string objectData:string?
VirtualMachineProfileSpec@5.5
VirtualMachineQuestionInfo id:string text:string choice:ChoiceOption message:VirtualMachineMessage[]?@2.5
VirtualMachineQuickStats overallCpuUsage:int? overallCpuDemand:int?@4.0 overallCpuReadiness:int?@7.0.0.0 guestMemoryUsage:int? hostMemoryUsage:int? guestHeartbeatStatus:ManagedEntityStatus distributedCpuEntitlement:int? distributedMemoryEntitlement:int? staticCpuEntitlement:int?@4.0 staticMemoryEntitlement:int?@4.0 grantedMemory:int?@7.0.0.0 privateMemory:int?@4.0 sharedMemory:int?@4.0 swappedMemory:int?@4.0 balloonedMemory:int?@4.0 consumedOverheadMemory:int?@4.0 ftLogBandwidth:int?@4.0 ftSecondaryLatency:int?@4.0 ftLatencyStatus:ManagedEntityStatus?@4.0 compressedMemory:long?@4.1 uptimeSeconds:int?@4.1 ssdSwappedMemory:long?@5.0 activeMemory:int?@7.0.3.0 memoryTierStats:VirtualMachineQuickStatsMemoryTierStats[]?@7.0.3.0
VirtualMachineQuickStatsMemoryTierStats@7.0.3.0 memoryTierType:string readBandwidth:long
VirtualMachineRelocateSpec service:ServiceLocator?@6.0 folder:&Folder?@6.0 datastore:&Datastore? diskMoveType:string?@4.0 pool:&ResourcePool? host:&HostSystem? disk:VirtualMachineRelocateSpecDiskLocator[]? transform:VirtualMachineRelocateTransformation? deviceChange:VirtualDeviceConfigSpec[]?@5.5 profile:VirtualMachineProfileSpec[]?@5.5 cryptoSpec:CryptoSpec?@7.0.0.0
VirtualMachineRelocateSpecDiskLocator diskId:int datastore:&Datastore diskMoveType:string?@4.0 diskBackingInfo:VirtualDeviceBackingInfo?@5.0 profile:VirtualMachineProfileSpec[]?@5.5 backing:VirtualMachineRelocateSpecDiskLocatorBackingSpec?@7.0.0.0 filterSpec:VirtualMachineBaseIndependentFilterSpec[]?@7.0.2.1
VirtualMachineRelocateSpecDiskLocatorBackingSpec@7.0.0.0 parent:VirtualMachineRelocateSpecDiskLocatorBackingSpec? crypto:CryptoSpec?
VirtualMachineRuntimeInfo device:VirtualMachineDeviceRuntimeInfo[]?@4.1 host:&HostSystem? connectionState:VirtualMachineConnectionState powerState:VirtualMachinePowerState vmFailoverInProgress:boolean?@7.0.2.0 faultToleranceState:VirtualMachineFaultToleranceState@4.0 dasVmProtection:VirtualMachineRuntimeInfoDasProtectionState?@5.0 toolsInstallerMounted:boolean suspendTime:dateTime? bootTime:dateTime? suspendInterval:long? question:VirtualMachineQuestionInfo? memoryOverhead:long? maxCpuUsage:int? maxMemoryUsage:int? numMksConnections:int recordReplayState:VirtualMachineRecordReplayState@4.0 cleanPowerOff:boolean?@4.0 needSecondaryReason:string?@4.0 onlineStandby:boolean@5.1 minRequiredEVCModeKey:string?@4.1 consolidationNeeded:boolean@5.0 offlineFeatureRequirement:VirtualMachineFeatureRequirement[]?@5.1 featureRequirement:VirtualMachineFeatureRequirement[]?@5.1 featureMask:HostFeatureMask[]?@5.1 vFlashCacheAllocation:long?@5.5 paused:boolean?@6.0 snapshotInBackground:boolean?@6.0 quiescedForkParent:boolean?@6.0 instantCloneFrozen:boolean?@6.7 cryptoState:string?@6.7 suspendedToMemory:boolean?@7.0.2.0 opNotificationTimeout:long?@8.0.0.1 iommuActive:boolean?@8.0.1.0
VirtualMachineRuntimeInfoDasProtectionState@5.0 dasProtected:boolean
VirtualMachineSgxInfo@7.0.0.0 epcSize:long flcMode:string? lePubKeyHash:string? requireAttestation:boolean?@8.0.0.1
VirtualMachineSnapshotInfo currentSnapshot:&VirtualMachineSnapshot? rootSnapshotList:VirtualMachineSnapshotTree[]
VirtualMachineSnapshotTree snapshot:&VirtualMachineSnapshot vm:&VirtualMachine name:string description:string id:int@4.0 createTime:dateTime state:VirtualMachinePowerState quiesced:boolean backupManifest:string?@2.5u2server childSnapshotList:VirtualMachineSnapshotTree[]? replaySupported:boolean?@4.0
VirtualMachineStorageInfo@4.0 perDatastoreUsage:VirtualMachineUsageOnDatastore[]? timestamp:dateTime
VirtualMachineStorageSummary@4.0 committed:long uncommitted:long unshared:long timestamp:dateTime
VirtualMachineSummary vm:&VirtualMachine? runtime:VirtualMachineRuntimeInfo guest:VirtualMachineGuestSummary? config:VirtualMachineConfigSummary storage:VirtualMachineStorageSummary?@4.0 quickStats:VirtualMachineQuickStats overallStatus:ManagedEntityStatus customValue:CustomFieldValue[]?
VirtualMachineTicket@4.1 ticket:string cfgFile:string host:string? port:int? sslThumbprint:string? certThumbprintList:VirtualMachineCertThumbprint[]?@7.0.3.1 url:string?@7.0.0.0
VirtualMachineUsageOnDatastore@4.0 datastore:&Datastore committed:long uncommitted:long unshared:long
VirtualMachineVMCIDevice@2.5u2server<VirtualDevice id:long? allowUnrestrictedCommunication:boolean? filterEnable:boolean?@6.0 filterInfo:VirtualMachineVMCIDeviceFilterInfo?@6.0
VirtualMachineVMCIDeviceFilterInfo@6.0 filters:VirtualMachineVMCIDeviceFilterSpec[]?
VirtualMachineVMCIDeviceFilterSpec@6.0 rank:long action:string protocol:string direction:string lowerDstPortBoundary:long? upperDstPortBoundary:long?
VirtualMachineVMIROM@2.5<VirtualDevice
VirtualMachineVcpuConfig@7.0.0.0 latencySensitivity:LatencySensitivity?
VirtualMachineVideoCard<VirtualDevice videoRamSizeInKB:long? numDisplays:int?@2.5u2server useAutoDetect:boolean?@2.5u2server enable3DSupport:boolean?@2.5u2server use3dRenderer:string?@5.1 graphicsMemorySizeInKB:long?@6.0
VirtualMachineVirtualDeviceGroups@8.0.0.1 deviceGroup:VirtualMachineVirtualDeviceGroupsDeviceGroup[]?
VirtualMachineVirtualDeviceGroupsDeviceGroup groupInstanceKey:int deviceInfo:Description?
VirtualMachineVirtualDeviceGroupsVendorDeviceGroup<VirtualMachineVirtualDeviceGroupsDeviceGroup deviceGroupName:string
VirtualMachineVirtualDeviceSwap@8.0.0.1 lsiToPvscsi:VirtualMachineVirtualDeviceSwapDeviceSwapInfo?
VirtualMachineVirtualDeviceSwapDeviceSwapInfo@8.0.0.1 enabled:boolean? applicable:boolean? status:string?
VirtualMachineVirtualNuma@8.0.0.1 coresPerNumaNode:int? exposeVnumaOnCpuHotadd:boolean?
VirtualMachineVirtualNumaInfo@8.0.0.1 coresPerNumaNode:int? autoCoresPerNumaNode:boolean? vnumaOnCpuHotaddExposed:boolean?
VirtualMachineVirtualPMem@7.0.3.0 snapshotMode:string?
VirtualMachineWindowsQuiesceSpec@6.5<VirtualMachineGuestQuiesceSpec vssBackupType:int? vssBootableSystemState:boolean? vssPartialFileSupport:boolean? vssBackupContext:string?
VirtualNVDIMM@6.7<VirtualDevice capacityInMB:long configuredCapacityInMB:long?@7.0.2.0
VirtualNVDIMMBackingInfo@6.7<VirtualDeviceFileBackingInfo parent:VirtualNVDIMMBackingInfo? changeId:string?
VirtualNVDIMMController@6.7<VirtualController
VirtualNVMEController@6.5<VirtualController sharedBus:string?@8.0.2.0
VirtualPCIController<VirtualController
VirtualPCIPassthrough@4.0<VirtualDevice
VirtualPCIPassthroughAllowedDevice@7.0.0.0 vendorId:int deviceId:int subVendorId:int? subDeviceId:int? revisionId:short?
VirtualPCIPassthroughDeviceBackingInfo@4.0<VirtualDeviceDeviceBackingInfo id:string deviceId:string systemId:string vendorId:short
VirtualPCIPassthroughDvxBackingInfo@8.0.0.1<VirtualDeviceBackingInfo deviceClass:string? configParams:OptionValue[]?
VirtualPCIPassthroughDynamicBackingInfo@7.0.0.0<VirtualDeviceDeviceBackingInfo allowedDevice:VirtualPCIPassthroughAllowedDevice[]? customLabel:string? assignedId:string?
VirtualPCIPassthroughPluginBackingInfo@6.0<VirtualDeviceBackingInfo
VirtualPCIPassthroughVmiopBackingInfo@6.0<VirtualPCIPassthroughPluginBackingInfo vgpu:string? vgpuMigrateDataSizeMB:int?@8.0.0.1 migrateSupported:boolean?@7.0.2.0 enhancedMigrateCapability:boolean?@8.0.0.1
VirtualPCNet32<VirtualEthernetCard
VirtualPS2Controller<VirtualController
VirtualParallelPort<VirtualDevice
VirtualParallelPortDeviceBackingInfo<VirtualDeviceDeviceBackingInfo
VirtualParallelPortFileBackingInfo<VirtualDeviceFileBackingInfo
VirtualPointingDevice<VirtualDevice
VirtualPointingDeviceDeviceBackingInfo<VirtualDeviceDeviceBackingInfo hostPointingDevice:string
VirtualPrecisionClock@7.0.0.0<VirtualDevice
VirtualPrecisionClockSystemClockBackingInfo@7.0.0.0<VirtualDeviceBackingInfo protocol:string?
VirtualSATAController@5.5<VirtualController
VirtualSCSIController<VirtualController hotAddRemove:boolean? sharedBus:VirtualSCSISharing scsiCtlrUnitNumber:int?
VirtualSCSIPassthrough<VirtualDevice
VirtualSCSIPassthroughDeviceBackingInfo<VirtualDeviceDeviceBackingInfo
VirtualSIOController<VirtualController
VirtualSerialPort<VirtualDevice yieldOnPoll:boolean
VirtualSerialPortDeviceBackingInfo<VirtualDeviceDeviceBackingInfo
VirtualSerialPortFileBackingInfo<VirtualDeviceFileBackingInfo
VirtualSerialPortPipeBackingInfo<VirtualDevicePipeBackingInfo endpoint:string noRxLoss:boolean?
VirtualSerialPortThinPrintBackingInfo@5.1<VirtualDeviceBackingInfo
VirtualSerialPortURIBackingInfo@4.1<VirtualDeviceURIBackingInfo
VirtualSoundBlaster16<VirtualSoundCard
VirtualSoundCard<VirtualDevice
VirtualSoundCardDeviceBackingInfo<VirtualDeviceDeviceBackingInfo
VirtualSriovEthernetCard@5.5<VirtualEthernetCard allowGuestOSMtuChange:boolean? sriovBacking:VirtualSriovEthernetCardSriovBackingInfo? dvxBackingInfo:VirtualPCIPassthroughDvxBackingInfo?@8.0.0.1
VirtualSriovEthernetCardSriovBackingInfo@5.5<VirtualDeviceBackingInfo physicalFunctionBacking:VirtualPCIPassthroughDeviceBackingInfo? virtualFunctionBacking:VirtualPCIPassthroughDeviceBackingInfo? virtualFunctionIndex:int?
VirtualTPM@6.7<VirtualDevice endorsementKeyCertificateSigningRequest:base64Binary[]? endorsementKeyCertificate:base64Binary[]?
VirtualUSB<VirtualDevice connected:boolean@2.5 vendor:int?@4.1 product:int?@4.1 family:string[]?@4.1 speed:string[]?@4.1
VirtualUSBController<VirtualController autoConnectDevices:boolean? ehciEnabled:boolean?@2.5
VirtualUSBControllerPciBusSlotInfo@5.1<VirtualDevicePciBusSlotInfo ehciPciSlotNumber:int?
VirtualUSBRemoteClientBackingInfo@5.0<VirtualDeviceRemoteDeviceBackingInfo hostname:string
VirtualUSBRemoteHostBackingInfo@4.1<VirtualDeviceDeviceBackingInfo hostname:string
VirtualUSBUSBBackingInfo@2.5<VirtualDeviceDeviceBackingInfo
VirtualUSBXHCIController@5.0<VirtualController autoConnectDevices:boolean?
VirtualVmxnet2@2.5<VirtualVmxnet
VirtualVmxnet3@2.5u2server<VirtualVmxnet uptv2Enabled:boolean?@8.0.0.1
VirtualVmxnet3Vrdma@6.5<VirtualVmxnet3 deviceProtocol:string?@6.7
VirtualVmxnet<VirtualEthernetCard
VirtualWDT@7.0.0.0<VirtualDevice runOnBoot:boolean running:boolean
VmConfigFileEncryptionInfo@6.5 keyId:CryptoKeyId?
VmConfigFileInfo<FileInfo configVersion:int? encryption:VmConfigFileEncryptionInfo?@6.5
VmConfigFileQuery<FileQuery filter:VmConfigFileQueryFilter? details:VmConfigFileQueryFlags?
VmConfigFileQueryFilter matchConfigVersion:int[]? encrypted:boolean?@6.5
VmConfigFileQueryFlags configVersion:boolean encryption:boolean?@6.5
VmConfigInfo@4.0 product:VAppProductInfo[]? property:VAppPropertyInfo[]? ipAssignment:VAppIPAssignmentInfo eula:string[]? ovfSection:VAppOvfSectionInfo[]? ovfEnvironmentTransport:string[]? installBootRequired:boolean installBootStopDelay:int
VmConfigSpec@4.0 product:VAppProductSpec[]? property:VAppPropertySpec[]? ipAssignment:VAppIPAssignmentInfo? eula:string[]? ovfSection:VAppOvfSectionSpec[]? ovfEnvironmentTransport:string[]? installBootRequired:boolean? installBootStopDelay:int?
VmDiskFileEncryptionInfo@6.5 keyId:CryptoKeyId?
VmDiskFileInfo<FileInfo diskType:TypeName? capacityKb:long? hardwareVersion:int? controllerType:TypeName?@2.5 diskExtents:string[]?@2.5 thin:boolean?@4.0 encryption:VmDiskFileEncryptionInfo?@6.5
VmDiskFileQuery<FileQuery filter:VmDiskFileQueryFilter? details:VmDiskFileQueryFlags?
VmDiskFileQueryFilter diskType:TypeName[]? matchHardwareVersion:int[]? controllerType:TypeName[]?@2.5 thin:boolean?@4.0 encrypted:boolean?@6.5
VmDiskFileQueryFlags diskType:boolean capacityKb:boolean hardwareVersion:boolean controllerType:boolean?@2.5 diskExtents:boolean?@2.5 thin:boolean?@4.0 encryption:boolean?@6.5
VmEventArgument<EntityEventArgument vm:&VirtualMachine
VmLogFileInfo<FileInfo
VmLogFileQuery<FileQuery
VmNvramFileInfo<FileInfo
VmNvramFileQuery<FileQuery
VmSnapshotFileInfo<FileInfo
VmSnapshotFileQuery<FileQuery
VmfsDatastoreInfo<DatastoreInfo maxPhysicalRDMFileSize:long@5.1 maxVirtualRDMFileSize:long@5.1 vmfs:HostVmfsVolume?
VmfsUnmapBandwidthSpec@6.7 policy:string fixedValue:long dynamicMin:long dynamicMax:long
VmwareDistributedVirtualSwitchPvlanSpec@4.0<VmwareDistributedVirtualSwitchVlanSpec pvlanId:int
VmwareDistributedVirtualSwitchTrunkVlanSpec@4.0<VmwareDistributedVirtualSwitchVlanSpec vlanId:NumericRange[]?
VmwareDistributedVirtualSwitchVlanIdSpec@4.0<VmwareDistributedVirtualSwitchVlanSpec vlanId:int
VmwareDistributedVirtualSwitchVlanSpec@4.0<InheritablePolicy
VmwareUplinkPortTeamingPolicy@4.0<InheritablePolicy policy:StringPolicy? reversePolicy:BoolPolicy? notifySwitches:BoolPolicy? rollingOrder:BoolPolicy? failureCriteria:DVSFailureCriteria? uplinkPortOrder:VMwareUplinkPortOrderPolicy?
VnicPortArgument@4.0 vnic:string port:DistributedVirtualSwitchPortConnection
VsanDatastoreInfo@7.0.1.0<DatastoreInfo membershipUuid:string? accessGenNo:int?
VsanHostMembershipInfo@5.5 nodeUuid:string hostname:string
VsanHostRuntimeInfo@5.5 membershipList:VsanHostMembershipInfo[]? diskIssues:VsanHostRuntimeInfoDiskIssue[]? accessGenNo:int?
VsanHostRuntimeInfoDiskIssue@5.5 diskId:string issue:string
VvolDatastoreInfo@6.0<DatastoreInfo vvolDS:HostVvolVolume?
WaitOptions@4.1 maxWaitSeconds:int? maxObjectUpdates:int?
WinNetBIOSConfigInfo@4.1<NetBIOSConfigInfo primaryWINS:string secondaryWINS:string?
`;
