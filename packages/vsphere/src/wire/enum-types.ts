/**
 * The enumerations of vim25 that the other tables name, one a line: `Name value value …`.
 * (Many fields that hold one of a few words are declared as strings by the schema and don't appear here.)
 */
export const enumTypeLines = `
ArrayUpdateOperation add remove edit
ComputeResourceHostSPBMLicenseInfoHostSPBMLicenseState licensed unlicensed unknown
CustomizationLicenseDataMode perServer perSeat
CustomizationNetBIOSMode enableNetBIOSViaDhcp enableNetBIOS disableNetBIOS
CustomizationSysprepRebootOption reboot noreboot shutdown
DpmBehavior manual automated
DrsBehavior manual partiallyAutomated fullyAutomated
EventFilterSpecRecursionOption self children all
FtIssuesOnHostHostSelectionType user vc drs
HostSystemConnectionState connected notResponding disconnected
HostSystemPowerState poweredOn poweredOff standBy unknown
HostTpmAttestationInfoAcceptanceStatus notAccepted accepted
HttpNfcLeaseState initializing ready done error
LatencySensitivitySensitivityLevel low normal medium high custom
ManagedEntityStatus gray green yellow red
ObjectUpdateKind modify enter leave
PropertyChangeOp add remove assign indirectRemove
SharesLevel low normal high custom
TaskFilterSpecRecursionOption self children all
TaskFilterSpecTimeOption queuedTime startedTime completedTime
TaskInfoState queued running success error
VirtualAppVAppState started stopped starting stopping
VirtualDeviceConfigSpecFileOperation create destroy replace
VirtualDeviceConfigSpecOperation add remove edit
VirtualMachineConnectionState connected disconnected orphaned inaccessible invalid
VirtualMachineFaultToleranceState notConfigured disabled enabled needSecondary starting running
VirtualMachineMovePriority lowPriority highPriority defaultPriority
VirtualMachinePowerState poweredOff poweredOn suspended
VirtualMachineRecordReplayState recording replaying inactive
VirtualMachineRelocateTransformation flat sparse
VirtualMachineToolsStatus toolsNotInstalled toolsNotRunning toolsOld toolsOk
VirtualSCSISharing noSharing virtualSharing physicalSharing
`;
