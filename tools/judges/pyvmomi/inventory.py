"""Reads the whole inventory: every property of every VM as typed objects, then page by page, then through the search index."""
from judging import Disconnect, all_of, connect, disks_of, fault_of, options, tell, vim, vmodl

service = connect()
content = service.RetrieveContent()
tell(
    step="about",
    apiVersion=content.about.apiVersion,
    apiType=content.about.apiType,
    user=content.sessionManager.currentSession.userName,
    active=content.sessionManager.SessionIsActive(content.sessionManager.currentSession.key, options["user"]),
)

for vm in all_of(content, vim.VirtualMachine):
    tell(
        step="vm",
        name=vm.name,
        power=vm.runtime.powerState,
        firmware=vm.config.firmware,
        version=vm.config.version,
        memory=vm.config.hardware.memoryMB,
        tools=vm.guest.toolsRunningStatus,
        disks=[[disk.key, disk.capacityInBytes, disk.backing.fileName] for disk in disks_of(vm.config)],
        networks=[network.name for network in vm.network],
        files=sorted({file.type for file in vm.layoutEx.file}),
        extra={option.key: option.value for option in vm.config.extraConfig},
        host=vm.runtime.host.name,
        committed=vm.summary.storage.committed >= 0,
    )

collector = content.propertyCollector
view = content.viewManager.CreateContainerView(content.rootFolder, [vim.VirtualMachine], True)
traversal = vmodl.query.PropertyCollector.TraversalSpec(name="v", type=vim.view.ContainerView, path="view", skip=False)
start = vmodl.query.PropertyCollector.ObjectSpec(obj=view, skip=True, selectSet=[traversal])
wanted = vmodl.query.PropertyCollector.PropertySpec(
    type=vim.VirtualMachine,
    pathSet=["name", "snapshot", "config.hardware.device", "runtime.powerState", "config.hardware.device[2000].backing", 'config.extraConfig["color"].value'],
)
spec = vmodl.query.PropertyCollector.FilterSpec(propSet=[wanted], objectSet=[start])
page = collector.RetrievePropertiesEx([spec], vmodl.query.PropertyCollector.RetrieveOptions(maxObjects=1))
pages = []
while True:
    pages.append([{p.name: type(p.val).__name__ for p in one.propSet} for one in page.objects])
    if not page.token:
        break
    page = collector.ContinueRetrievePropertiesEx(page.token)
tell(step="pages", pages=pages)
tell(step="cancelled", fault=fault_of(lambda: collector.ContinueRetrievePropertiesEx("no such token")))
wanted.pathSet = ["no.such.property"]
tell(step="invalid", fault=fault_of(lambda: collector.RetrieveProperties([spec])))
view.Destroy()
tell(step="destroyed", fault=fault_of(lambda: view.view))

vm = all_of(content, vim.VirtualMachine)[0]
datacenter = all_of(content, vim.Datacenter)[0]
index = content.searchIndex
path = f"{datacenter.name}/vm/{vm.parent.parent.name}/{vm.parent.name}/{vm.name}"
tell(
    step="search",
    byInstanceUuid=index.FindByUuid(None, vm.config.instanceUuid, True, True) == vm,
    byUuid=index.FindByUuid(datacenter, vm.config.uuid, True) == vm,
    allByUuid=index.FindAllByUuid(None, vm.config.uuid, True) == [vm],
    byPath=index.FindByInventoryPath(path) == vm,
    byDatastorePath=index.FindByDatastorePath(datacenter, vm.config.files.vmPathName) == vm,
    child=index.FindChild(vm.parent, vm.name) == vm,
    absent=index.FindByUuid(None, "00000000-0000-0000-0000-000000000000", True, True) is None,
)
privileges = content.authorizationManager.HasPrivilegeOnEntities(
    [vm], content.sessionManager.currentSession.key, ["VirtualMachine.State.CreateSnapshot"]
)
tell(step="privileges", granted=privileges[0].privAvailability[0].isGranted)
for kind in (vim.HostSystem, vim.Datastore, vim.Network, vim.ClusterComputeResource, vim.ResourcePool):
    tell(step="kind", kind=kind.__name__, names=[one.name for one in all_of(content, kind)], summaries=[type(one.summary).__name__ for one in all_of(content, kind)])
Disconnect(service)
