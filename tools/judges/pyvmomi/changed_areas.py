"""A backup's control flow: tracking on, snapshot, changed areas, snapshot away, consolidate. The test writes as the guest in between."""
from judging import Disconnect, ask, connect, disks_of, fault_of, tell, vim, vm_named, wait_for

service = connect()
content = service.RetrieveContent()
vm = vm_named(content, "web01")


def snapshot(name, quiesce=False):
    return wait_for(vm.CreateSnapshot_Task(name=name, description="judged", memory=False, quiesce=quiesce))


def areas(of, key, change_id):
    """All pages; checks that each begins where the last one ended."""
    capacity = next(disk.capacityInBytes for disk in disks_of(of.config) if disk.key == key)
    offset, found, pages = 0, [], 0
    while offset < capacity:
        reply = vm.QueryChangedDiskAreas(snapshot=of, deviceKey=key, startOffset=offset, changeId=change_id)
        assert reply.startOffset == offset and reply.length > 0
        found += [[area.start, area.length] for area in reply.changedArea]
        offset += reply.length
        pages += 1
    assert offset == capacity
    return found, pages


before = snapshot("untracked")
tell(step="untracked", changeIds=[disk.backing.changeId for disk in disks_of(before.config)])
tell(step="untracked query", fault=fault_of(lambda: vm.QueryChangedDiskAreas(before, 2000, 0, "*")))
wait_for(before.RemoveSnapshot_Task(removeChildren=False))

wait_for(vm.ReconfigVM_Task(vim.vm.ConfigSpec(changeTrackingEnabled=True)))
tell(step="enabled", flag=vm.config.changeTrackingEnabled)
wait_for(snapshot("stun").RemoveSnapshot_Task(removeChildren=False))

first = snapshot("first", quiesce=True)
frozen = {disk.key: disk.backing for disk in disks_of(first.config)}
live = {disk.key: disk.backing for disk in disks_of(vm.config)}
tree = vm.snapshot.rootSnapshotList[0]
tell(
    step="first",
    frozen=[backing.fileName for backing in frozen.values()],
    live=[backing.fileName for backing in live.values()],
    parents=[backing.parent.fileName for backing in live.values()],
    hasChangeIds=all(backing.changeId for backing in frozen.values()),
    current=vm.snapshot.currentSnapshot == first,
    name=tree.name,
    description=tree.description,
    quiesced=tree.quiesced,
    used=areas(first, 2000, "*")[0],
)
ask(step="write")
second = snapshot("second")
changed, pages = areas(second, 2000, frozen[2000].changeId)
tell(step="second", changed=changed, pages=pages, others=areas(second, 2001, frozen[2001].changeId)[0])
tell(step="at capacity", fault=fault_of(lambda: vm.QueryChangedDiskAreas(second, 2000, disks_of(second.config)[0].capacityInBytes, "*")))
tell(step="foreign", fault=fault_of(lambda: vm.QueryChangedDiskAreas(second, 2000, 0, frozen[2001].changeId)))
tell(step="no disk", fault=fault_of(lambda: vm.QueryChangedDiskAreas(second, 2007, 0, "*")))
ask(step="many")
third = snapshot("third")
changed, pages = areas(third, 2001, next(disk for disk in disks_of(second.config) if disk.key == 2001).backing.changeId)
tell(step="third", count=len(changed), pages=pages)

wait_for(first.RemoveSnapshot_Task(removeChildren=False))
tell(step="merged", changeIdKept=disks_of(second.config)[0].backing.changeId is not None, chain=disks_of(second.config)[0].backing.fileName)
ask(step="leave")
wait_for(third.RemoveSnapshot_Task(removeChildren=False, consolidate=True))
tell(step="left", needed=vm.runtime.consolidationNeeded)
wait_for(vm.ConsolidateVMDisks_Task())
wait_for(vm.RemoveAllSnapshots_Task())
tell(
    step="end",
    needed=vm.runtime.consolidationNeeded,
    snapshots=vm.snapshot is None,
    live=[disk.backing.fileName for disk in disks_of(vm.config)],
    parents=[disk.backing.parent is None for disk in disks_of(vm.config)],
    gone=fault_of(lambda: second.config),
)
filter_spec = vim.event.EventFilterSpec(
    entity=vim.event.EventFilterSpec.ByEntity(entity=vm, recursion="self"),
    eventTypeId=["vim.event.VmReconfiguredEvent", "com.vmware.vc.VmDiskConsolidationNeeded"],
)
events = content.eventManager.QueryEvents(filter_spec)
tell(step="events", kinds=[type(event).__name__ for event in events], tracked=[event.configSpec.changeTrackingEnabled for event in events if hasattr(event, "configSpec")])
Disconnect(service)
