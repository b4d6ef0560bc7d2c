"""Waits for changes instead of polling: the library's own task waiter, then a filter with partial updates."""
from judging import Disconnect, connect, fault_of, tell, vim, vm_named, vmodl

from pyVim.task import WaitForTask

service = connect()
content = service.RetrieveContent()
vm = vm_named(content, "web01")
collector = content.propertyCollector.CreatePropertyCollector()
Collector = vmodl.query.PropertyCollector
spec = Collector.FilterSpec(
    propSet=[Collector.PropertySpec(type=vim.VirtualMachine, pathSet=["name", "config.annotation", "runtime", "snapshot"])],
    objectSet=[Collector.ObjectSpec(obj=vm)],
)
watch = collector.CreateFilter(spec, True)
update = collector.WaitForUpdatesEx("", Collector.WaitOptions(maxWaitSeconds=0))
first = update.filterSet[0].objectSet[0]
tell(step="enter", kind=first.kind, names=[change.name for change in first.changeSet])
tell(step="nothing", update=collector.WaitForUpdatesEx(update.version, Collector.WaitOptions(maxWaitSeconds=0)))

task = vm.ReconfigVM_Task(vim.vm.ConfigSpec(annotation="new words"))
changed = collector.WaitForUpdatesEx(update.version, Collector.WaitOptions(maxWaitSeconds=30))
tell(step="modify", changes=[[c.name, c.op, c.val] for c in changed.filterSet[0].objectSet[0].changeSet])
again = collector.WaitForUpdatesEx(update.version, Collector.WaitOptions(maxWaitSeconds=30))
tell(step="again", changes=[[c.name, c.op, c.val] for c in again.filterSet[0].objectSet[0].changeSet])
WaitForTask(task, si=service)

version = again.version
WaitForTask(vm.PowerOffVM_Task(), si=service)
off = collector.WaitForUpdatesEx(version, Collector.WaitOptions(maxWaitSeconds=30))
tell(step="power", changes={c.name: str(c.val) for c in off.filterSet[0].objectSet[0].changeSet})
tell(step="stale", fault=fault_of(lambda: collector.WaitForUpdatesEx("nonsense", None)))

WaitForTask(vm.Destroy_Task(), si=service)
gone = collector.WaitForUpdatesEx(off.version, Collector.WaitOptions(maxWaitSeconds=30))
tell(step="leave", kinds=[o.kind for o in gone.filterSet[0].objectSet])
watch.Destroy()
collector.Destroy()

view = content.viewManager.CreateContainerView(content.rootFolder, [vim.VirtualMachine], True)
traversal = Collector.TraversalSpec(name="v", type=vim.view.ContainerView, path="view")
all_vms = Collector.FilterSpec(
    propSet=[Collector.PropertySpec(type=vim.VirtualMachine, pathSet=["name"])],
    objectSet=[Collector.ObjectSpec(obj=view, skip=True, selectSet=[traversal])],
)
collector = content.propertyCollector
collector.CreateFilter(all_vms, False)
version, told = "", []
while True:
    update = collector.WaitForUpdatesEx(version, Collector.WaitOptions(maxWaitSeconds=0, maxObjectUpdates=1))
    if update is None:
        break
    told.append([len(update.filterSet[0].objectSet), bool(update.truncated)])
    version = update.version
tell(step="truncated", told=told)
Disconnect(service)
