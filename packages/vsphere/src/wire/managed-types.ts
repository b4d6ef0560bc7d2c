/**
 * The managed types of vim25 that we speak: properties and methods.
 *
 * A line that starts a type: `Name@since<Base property:type …`, written as in the data type table. Under it, indented, its methods:
 * `Name@since(parameter:type …) result #Privilege`, parameters in wire order. `&Task=Type` is a task and what it results in;
 * `#Privilege` is what the caller needs on the object. `Fetch`, `DisableMethods` and `EnableMethods` are not in the published schema.
 */
export const managedTypeLines = `
ManagedObject
  Fetch(prop:PropertyPath) anyType?
AuthorizationManager<ManagedObject privilegeList:AuthorizationPrivilege[]? roleList:AuthorizationRole[]? description:AuthorizationDescription
  AddAuthorizationRole(name:string privIds:string[]?) int #Authorization.ModifyRoles
  RetrieveRolePermissions(roleId:int) Permission[]? #System.View
  RetrieveEntityPermissions(entity:&ManagedEntity inherited:boolean) Permission[]?
  HasPrivilegeOnEntity@5.0(entity:&ManagedEntity sessionId:string privId:string[]?) boolean[]? #System.View
  HasPrivilegeOnEntities@5.5(entity:&ManagedEntity[] sessionId:string privId:string[]?) EntityPrivilege[]? #System.View
  HasUserPrivilegeOnEntities@6.5(entities:&ManagedObject[] userName:string privId:string[]?) EntityPrivilege[]?
  FetchUserPrivilegeOnEntities@6.5(entities:&ManagedEntity[] userName:string) UserPrivilegeResult[]?
  DisableMethods@4.0(entity:&ManagedEntity[] method:DisabledMethodRequest[] sourceId:string sessionScope:boolean?) void #Global.DisableMethods
  EnableMethods@4.0(entity:&ManagedEntity[] method:string[] sourceId:string) void #Global.EnableMethods
ClusterComputeResource<ComputeResource
ComputeResource<ManagedEntity resourcePool:&ResourcePool? host:&HostSystem[]? datastore:&Datastore[]? network:&Network[]? summary:ComputeResourceSummary environmentBrowser:&EnvironmentBrowser? configManagerEnabled:boolean?@8.0.0.0
ContainerView@2.5<ManagedObjectView container:&ManagedEntity type:TypeName[]? recursive:boolean
CustomFieldsManager<ManagedObject field:CustomFieldDef[]?
  AddCustomFieldDef(name:string moType:TypeName?@2.5 fieldDefPolicy:PrivilegePolicyDef?@2.5 fieldPolicy:PrivilegePolicyDef?@2.5) CustomFieldDef #Global.ManageCustomFields
  RemoveCustomFieldDef(key:int) void #Global.ManageCustomFields
  SetField(entity:&ManagedEntity key:int value:string) void
Datacenter<ManagedEntity vmFolder:&Folder hostFolder:&Folder datastoreFolder:&Folder@4.0 networkFolder:&Folder@4.0 datastore:&Datastore[]? network:&Network[]? configuration:DatacenterConfigInfo@5.1
Datastore<ManagedEntity info:DatastoreInfo summary:DatastoreSummary host:DatastoreHostMount[]? vm:&VirtualMachine[]? browser:&HostDatastoreBrowser capability:DatastoreCapability
  RefreshDatastore() void #System.Read
  RefreshDatastoreStorageInfo@4.0() void #System.Read
  RenameDatastore(newName:string) void #Datastore.Rename
  DestroyDatastore() void #Datastore.Delete
DistributedVirtualPortgroup@4.0<Network key:string config:DVPortgroupConfigInfo portKeys:string[]?
DistributedVirtualSwitch@4.0<ManagedEntity uuid:string summary:DVSSummary portgroup:&DistributedVirtualPortgroup[]?
EnvironmentBrowser<ManagedObject datastoreBrowser:&HostDatastoreBrowser?
EventHistoryCollector<HistoryCollector latestPage:Event[]? initialized:boolean?@8.0.3.0
  ReadNextEvents(maxCount:int) Event[]?
  ReadPreviousEvents(maxCount:int) Event[]?
EventManager<ManagedObject description:EventDescription latestEvent:Event? maxCollector:int
  CreateCollectorForEvents(filter:EventFilterSpec) &EventHistoryCollector #System.View
  LogUserEvent(entity:&ManagedEntity msg:string) void
  QueryEvents(filter:EventFilterSpec) Event[]? #System.View
  PostEvent@2.5(eventToPost:Event taskInfo:TaskInfo?) void #Global.LogEvent
ExtensibleManagedObject<ManagedObject value:CustomFieldValue[]?@2.5 availableField:CustomFieldDef[]?@2.5
  setCustomValue@2.5(key:string value:string) void
FileManager@2.5<ManagedObject
  MoveDatastoreFile_Task(sourceName:string sourceDatacenter:&Datacenter? destinationName:string destinationDatacenter:&Datacenter? force:boolean?) &Task
  CopyDatastoreFile_Task(sourceName:string sourceDatacenter:&Datacenter? destinationName:string destinationDatacenter:&Datacenter? force:boolean?) &Task
  DeleteDatastoreFile_Task(name:string datacenter:&Datacenter?) &Task
  MakeDirectory(name:string datacenter:&Datacenter? createParentDirectories:boolean?) void
  ChangeOwner@4.0(name:string datacenter:&Datacenter? owner:string) void
Folder<ManagedEntity childType:TypeName[]? childEntity:&ManagedEntity[]? namespace:string?@7.0.0.0
  CreateFolder(name:string) &Folder #Folder.Create
  MoveIntoFolder_Task(list:&ManagedEntity[]) &Task
  CreateVM_Task(config:VirtualMachineConfigSpec pool:&ResourcePool host:&HostSystem?) &Task=&VirtualMachine #VirtualMachine.Inventory.Create
  RegisterVM_Task(path:string name:string? asTemplate:boolean pool:&ResourcePool? host:&HostSystem?) &Task=&VirtualMachine #VirtualMachine.Inventory.Register
  CreateDatacenter(name:string) &Datacenter #Datacenter.Create
  UnregisterAndDestroy_Task() &Task #Folder.Delete
GuestAuthManager@5.0<ManagedObject
  ValidateCredentialsInGuest(vm:&VirtualMachine auth:GuestAuthentication) void
GuestFileManager@5.0<ManagedObject
  MakeDirectoryInGuest(vm:&VirtualMachine auth:GuestAuthentication directoryPath:string createParentDirectories:boolean) void
  DeleteFileInGuest(vm:&VirtualMachine auth:GuestAuthentication filePath:string) void
  DeleteDirectoryInGuest(vm:&VirtualMachine auth:GuestAuthentication directoryPath:string recursive:boolean) void
  CreateTemporaryFileInGuest(vm:&VirtualMachine auth:GuestAuthentication prefix:string suffix:string directoryPath:string?) string
  CreateTemporaryDirectoryInGuest(vm:&VirtualMachine auth:GuestAuthentication prefix:string suffix:string directoryPath:string?) string
  ListFilesInGuest(vm:&VirtualMachine auth:GuestAuthentication filePath:string index:int? maxResults:int? matchPattern:string?) GuestListFileInfo
  InitiateFileTransferFromGuest(vm:&VirtualMachine auth:GuestAuthentication guestFilePath:string) FileTransferInformation
  InitiateFileTransferToGuest(vm:&VirtualMachine auth:GuestAuthentication guestFilePath:string fileAttributes:GuestFileAttributes fileSize:long overwrite:boolean) string
GuestOperationsManager@5.0<ManagedObject authManager:&GuestAuthManager? fileManager:&GuestFileManager? processManager:&GuestProcessManager? guestWindowsRegistryManager:&GuestWindowsRegistryManager?@6.0 aliasManager:&GuestAliasManager?@6.0
GuestProcessManager@5.0<ManagedObject
  StartProgramInGuest(vm:&VirtualMachine auth:GuestAuthentication spec:GuestProgramSpec) long
  ListProcessesInGuest(vm:&VirtualMachine auth:GuestAuthentication pids:long[]?) GuestProcessInfo[]?
  TerminateProcessInGuest(vm:&VirtualMachine auth:GuestAuthentication pid:long) void
  ReadEnvironmentVariableInGuest(vm:&VirtualMachine auth:GuestAuthentication names:string[]?) string[]?
HistoryCollector<ManagedObject filter:anyType
  SetCollectorPageSize(maxCount:int) void
  RewindCollector() void
  ResetCollector() void
  DestroyCollector() void
HostDatastoreBrowser<ManagedObject datastore:&Datastore[]? supportedType:FileQuery[]?
  SearchDatastore_Task(datastorePath:string searchSpec:HostDatastoreBrowserSearchSpec?) &Task=HostDatastoreBrowserSearchResults
  SearchDatastoreSubFolders_Task(datastorePath:string searchSpec:HostDatastoreBrowserSearchSpec?) &Task?=HostDatastoreBrowserSearchResults[]
  DeleteFile(datastorePath:string) void #Datastore.DeleteFile
HostSystem<ManagedEntity runtime:HostRuntimeInfo summary:HostListSummary configManager:HostConfigManager vm:&VirtualMachine[]? datastore:&Datastore[]? network:&Network[]? datastoreBrowser:&HostDatastoreBrowser
HttpNfcLease@4.0<ManagedObject initializeProgress:int transferProgress:int@6.7 mode:string@6.7 capabilities:HttpNfcLeaseCapabilities@6.7 info:HttpNfcLeaseInfo? state:HttpNfcLeaseState error:LocalizedMethodFault?
  HttpNfcLeaseGetManifest@4.1() HttpNfcLeaseManifestEntry[]?
  HttpNfcLeaseSetManifestChecksumType@6.7(deviceUrlsToChecksumTypes:KeyValue[]?) void
  HttpNfcLeaseComplete() void
  HttpNfcLeaseAbort(fault:LocalizedMethodFault?) void
  HttpNfcLeaseProgress(percent:int) void
  HttpNfcLeasePullFromUrls_Task@6.7(files:HttpNfcLeaseSourceFile[]?) &Task
  HttpNfcLeaseProbeUrls@7.0.2.0(files:HttpNfcLeaseSourceFile[]? timeout:int?) HttpNfcLeaseProbeResult[]?
ListView@2.5<ManagedObjectView
  ModifyListView(add:&ManagedObject[]? remove:&ManagedObject[]?) &ManagedObject[]?
  ResetListView(obj:&ManagedObject[]?) &ManagedObject[]?
ManagedEntity<ExtensibleManagedObject parent:&ManagedEntity? customValue:CustomFieldValue[]? overallStatus:ManagedEntityStatus configStatus:ManagedEntityStatus configIssue:Event[]? effectiveRole:int[]? permission:Permission[]? name:string disabledMethod:MethodName[]? recentTask:&Task[]? alarmActionsEnabled:boolean?@4.0 tag:Tag[]?@4.0
  Reload() void #System.Read
  Rename_Task(newName:string) &Task
  Destroy_Task() &Task
ManagedObjectView@2.5<View view:&ManagedObject[]?
Network<ManagedEntity summary:NetworkSummary host:&HostSystem[]? vm:&VirtualMachine[]?
OpaqueNetwork@5.5<Network capability:OpaqueNetworkCapability?@6.5
OptionManager<ManagedObject supportedOption:OptionDef[]? setting:OptionValue[]?
  QueryOptions(name:string?) OptionValue[]? #System.View
OvfManager@4.0<ManagedObject ovfImportOption:OvfOptionInfo[]?@5.1 ovfExportOption:OvfOptionInfo[]?@5.1
  CreateDescriptor(obj:&ManagedEntity cdp:OvfCreateDescriptorParams) OvfCreateDescriptorResult #System.View
PropertyCollector<ManagedObject filter:&PropertyFilter[]?
  CreateFilter(spec:PropertyFilterSpec partialUpdates:boolean) &PropertyFilter #System.View
  RetrieveProperties(specSet:PropertyFilterSpec[]) ObjectContent[]? #System.Anonymous
  CheckForUpdates(version:string?) UpdateSet? #System.View
  WaitForUpdates(version:string?) UpdateSet #System.View
  CancelWaitForUpdates() void #System.View
  WaitForUpdatesEx@4.1(version:string? options:WaitOptions?) UpdateSet? #System.View
  RetrievePropertiesEx@4.1(specSet:PropertyFilterSpec[] options:RetrieveOptions) RetrieveResult? #System.Anonymous
  ContinueRetrievePropertiesEx@4.1(token:string) RetrieveResult #System.View
  CancelRetrievePropertiesEx@4.1(token:string) void #System.View
  CreatePropertyCollector@4.1() &PropertyCollector #System.View
  DestroyPropertyCollector@4.1() void #System.View
PropertyFilter<ManagedObject spec:PropertyFilterSpec partialUpdates:boolean
  DestroyPropertyFilter() void
ResourcePool<ManagedEntity summary:ResourcePoolSummary runtime:ResourcePoolRuntimeInfo owner:&ComputeResource resourcePool:&ResourcePool[]? vm:&VirtualMachine[]? config:ResourceConfigSpec namespace:string?@7.0.0.0 childConfiguration:ResourceConfigSpec[]?
  UpdateConfig(name:string? config:ResourceConfigSpec?) void
  CreateResourcePool(name:string spec:ResourceConfigSpec) &ResourcePool #Resource.CreatePool
  CreateChildVM_Task@4.0(config:VirtualMachineConfigSpec host:&HostSystem?) &Task=&VirtualMachine #VirtualMachine.Inventory.Create
  RegisterChildVM_Task@4.0(path:string name:string? host:&HostSystem?) &Task=&VirtualMachine #VirtualMachine.Inventory.Register
  ImportVApp@4.0(spec:ImportSpec folder:&Folder? host:&HostSystem?) &HttpNfcLease #VApp.Import
SearchIndex<ManagedObject
  FindByUuid(datacenter:&Datacenter? uuid:string vmSearch:boolean instanceUuid:boolean?@4.0) &ManagedEntity? #System.View
  FindByDatastorePath(datacenter:&Datacenter path:string) &VirtualMachine? #System.View
  FindByDnsName(datacenter:&Datacenter? dnsName:string vmSearch:boolean) &ManagedEntity? #System.View
  FindByIp(datacenter:&Datacenter? ip:string vmSearch:boolean) &ManagedEntity? #System.View
  FindByInventoryPath(inventoryPath:string) &ManagedEntity? #System.View
  FindChild(entity:&ManagedEntity name:string) &ManagedEntity? #System.View
  FindAllByUuid@4.0(datacenter:&Datacenter? uuid:string vmSearch:boolean instanceUuid:boolean?) &ManagedEntity[] #System.View
ServiceInstance<ManagedObject
  CurrentTime() dateTime #System.View
  RetrieveServiceContent() ServiceContent #System.Anonymous
SessionManager<ManagedObject sessionList:UserSession[]? currentSession:UserSession? message:string? messageLocaleList:string[]? supportedLocaleList:string[]? defaultLocale:string
  UpdateServiceMessage(message:string) void #Sessions.GlobalMessage
  LoginByToken@5.1(locale:string?) UserSession #System.Anonymous
  Login(userName:string password:string locale:string?) UserSession #System.Anonymous
  Logout() void #System.View
  AcquireGenericServiceTicket@5.0(spec:SessionManagerServiceRequestSpec) SessionManagerGenericServiceTicket #System.Anonymous
  TerminateSession(sessionId:string[]) void #Sessions.TerminateSession
  SetLocale(locale:string) void #System.View
  SessionIsActive@2.5(sessionID:string userName:string) boolean #Sessions.ValidateSession
  AcquireCloneTicket@2.5u2() string #System.View
  CloneSession@2.5u2(cloneTicket:string) UserSession #System.Anonymous
StoragePod@5.0<Folder summary:StoragePodSummary?
Task<ExtensibleManagedObject info:TaskInfo
  CancelTask() void
  UpdateProgress@2.5(percentDone:int) void #Task.Update
  SetTaskState@2.5(state:TaskInfoState result:anyType? fault:LocalizedMethodFault?) void #Task.Update
  SetTaskDescription@4.0(description:LocalizableMessage) void #Task.Update
TaskHistoryCollector<HistoryCollector latestPage:TaskInfo[]?
  ReadNextTasks(maxCount:int) TaskInfo[]?
  ReadPreviousTasks(maxCount:int) TaskInfo[]?
TaskManager<ManagedObject recentTask:&Task[]? description:TaskDescription maxCollector:int
  CreateCollectorForTasks(filter:TaskFilterSpec) &TaskHistoryCollector #System.View
  CreateTask@2.5(obj:&ManagedObject taskTypeId:string initiatedBy:string? cancelable:boolean parentTaskKey:string?@4.0 activationId:string?@6.0) TaskInfo #Task.Create
View@2.5<ManagedObject
  DestroyView() void #System.View
ViewManager@2.5<ManagedObject viewList:&View[]?
  CreateInventoryView() &InventoryView #System.View
  CreateContainerView(container:&ManagedEntity type:TypeName[]? recursive:boolean) &ContainerView #System.View
  CreateListView(obj:&ManagedObject[]?) &ListView #System.View
VirtualApp@4.0<ResourcePool parentFolder:&Folder? datastore:&Datastore[]? network:&Network[]? parentVApp:&ManagedEntity?@4.1 childLink:VirtualAppLinkInfo[]?@4.1
VirtualDiskManager@2.5<ManagedObject
  CreateVirtualDisk_Task(name:string datacenter:&Datacenter? spec:VirtualDiskSpec) &Task=string #System.View
  DeleteVirtualDisk_Task(name:string datacenter:&Datacenter?) &Task #System.View
  MoveVirtualDisk_Task(sourceName:string sourceDatacenter:&Datacenter? destName:string destDatacenter:&Datacenter? force:boolean? profile:VirtualMachineProfileSpec[]?@5.5) &Task=string #System.View
  CopyVirtualDisk_Task(sourceName:string sourceDatacenter:&Datacenter? destName:string destDatacenter:&Datacenter? destSpec:VirtualDiskSpec? force:boolean?) &Task=string #System.View
  ExtendVirtualDisk_Task(name:string datacenter:&Datacenter? newCapacityKb:long eagerZero:boolean?@4.0) &Task #System.View
  QueryVirtualDiskFragmentation(name:string datacenter:&Datacenter?) int #System.View
  ShrinkVirtualDisk_Task(name:string datacenter:&Datacenter? copy:boolean?) &Task #System.View
  InflateVirtualDisk_Task(name:string datacenter:&Datacenter?) &Task #System.View
  EagerZeroVirtualDisk_Task@4.0(name:string datacenter:&Datacenter?) &Task #System.View
  ZeroFillVirtualDisk_Task(name:string datacenter:&Datacenter?) &Task #System.View
  SetVirtualDiskUuid(name:string datacenter:&Datacenter? uuid:string) void #System.View
  QueryVirtualDiskUuid(name:string datacenter:&Datacenter?) string #System.View
  QueryVirtualDiskGeometry(name:string datacenter:&Datacenter?) HostDiskDimensionsChs #System.View
VirtualMachine<ManagedEntity capability:VirtualMachineCapability config:VirtualMachineConfigInfo? layout:VirtualMachineFileLayout? layoutEx:VirtualMachineFileLayoutEx?@4.0 storage:VirtualMachineStorageInfo?@4.0 environmentBrowser:&EnvironmentBrowser resourcePool:&ResourcePool? parentVApp:&ManagedEntity?@4.1 resourceConfig:ResourceConfigSpec? runtime:VirtualMachineRuntimeInfo guest:GuestInfo? summary:VirtualMachineSummary datastore:&Datastore[]? network:&Network[]? snapshot:VirtualMachineSnapshotInfo? rootSnapshot:&VirtualMachineSnapshot[]?@4.1 guestHeartbeatStatus:ManagedEntityStatus
  RefreshStorageInfo@4.0() void #System.Read
  CreateSnapshot_Task(name:string description:string? memory:boolean quiesce:boolean) &Task=&VirtualMachineSnapshot #VirtualMachine.State.CreateSnapshot
  CreateSnapshotEx_Task@6.5(name:string description:string? memory:boolean quiesceSpec:VirtualMachineGuestQuiesceSpec?) &Task=&VirtualMachineSnapshot #VirtualMachine.State.CreateSnapshot
  RevertToCurrentSnapshot_Task(host:&HostSystem? suppressPowerOn:boolean?@2.5u2server) &Task #VirtualMachine.State.RevertToSnapshot
  RemoveAllSnapshots_Task(consolidate:boolean?@5.0 spec:SnapshotSelectionSpec?@8.0.3.0) &Task #VirtualMachine.State.RemoveSnapshot
  ConsolidateVMDisks_Task@5.0() &Task #VirtualMachine.State.RemoveSnapshot
  EstimateStorageForConsolidateSnapshots_Task@5.0() &Task?=StorageRequirement[] #VirtualMachine.State.RemoveSnapshot
  ReconfigVM_Task(spec:VirtualMachineConfigSpec) &Task
  UpgradeVM_Task(version:string?) &Task #VirtualMachine.Config.UpgradeVirtualHardware
  PowerOnVM_Task(host:&HostSystem?) &Task #VirtualMachine.Interact.PowerOn
  PowerOffVM_Task() &Task #VirtualMachine.Interact.PowerOff
  SuspendVM_Task() &Task #VirtualMachine.Interact.Suspend
  ResetVM_Task() &Task #VirtualMachine.Interact.Reset
  ShutdownGuest() void #VirtualMachine.Interact.PowerOff
  RebootGuest() void #VirtualMachine.Interact.Reset
  AnswerVM(questionId:string answerChoice:string) void #VirtualMachine.Interact.AnswerQuestion
  MigrateVM_Task(pool:&ResourcePool? host:&HostSystem? priority:VirtualMachineMovePriority state:VirtualMachinePowerState?) &Task
  RelocateVM_Task(spec:VirtualMachineRelocateSpec priority:VirtualMachineMovePriority?@4.0) &Task #Resource.ColdMigrate
  CloneVM_Task(folder:&Folder name:string spec:VirtualMachineCloneSpec) &Task=&VirtualMachine
  ExportVm@4.0() &HttpNfcLease #VApp.Export
  MarkAsTemplate() void #VirtualMachine.Provisioning.MarkAsTemplate
  MarkAsVirtualMachine(pool:&ResourcePool host:&HostSystem?) void #VirtualMachine.Provisioning.MarkAsVM
  UnregisterVM() void #VirtualMachine.Inventory.Unregister
  AcquireTicket@4.1(ticketType:string) VirtualMachineTicket
  QueryChangedDiskAreas@4.0(snapshot:&VirtualMachineSnapshot? deviceKey:int startOffset:long changeId:string) DiskChangeInfo #VirtualMachine.Provisioning.DiskRandomRead
VirtualMachineSnapshot<ExtensibleManagedObject config:VirtualMachineConfigInfo childSnapshot:&VirtualMachineSnapshot[]?@4.1 vm:&VirtualMachine@6.0
  RevertToSnapshot_Task(host:&HostSystem? suppressPowerOn:boolean?@2.5u2server) &Task #VirtualMachine.State.RevertToSnapshot
  RemoveSnapshot_Task(removeChildren:boolean consolidate:boolean?@5.0) &Task #VirtualMachine.State.RemoveSnapshot
  RenameSnapshot(name:string? description:string?) void #VirtualMachine.State.RenameSnapshot
  ExportSnapshot@5.5() &HttpNfcLease #VApp.Export
VmwareDistributedVirtualSwitch@4.0<DistributedVirtualSwitch
`;
