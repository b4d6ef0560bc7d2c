"""Makes, changes, registers and deletes virtual machines, and moves a disk through a lease."""
import ssl
import urllib.request

from judging import Disconnect, all_of, ask, connect, disks_of, fault_of, options, tell, vim, vm_named, wait_for

service = connect()
content = service.RetrieveContent()
datacenter = all_of(content, vim.Datacenter)[0]
pool = all_of(content, vim.ResourcePool)[0]
folder = datacenter.vmFolder
Device = vim.vm.device


def spec_for(name):
    controller = Device.ParaVirtualSCSIController(key=-101, busNumber=0, sharedBus="noSharing")
    disk = Device.VirtualDisk(
        key=-1,
        controllerKey=-101,
        unitNumber=0,
        capacityInKB=4096,
        backing=Device.VirtualDisk.FlatVer2BackingInfo(fileName="[datastore01]", diskMode="persistent", thinProvisioned=True),
    )
    card = Device.VirtualVmxnet3(key=-2, backing=Device.VirtualEthernetCard.NetworkBackingInfo(deviceName="VM Network"))
    return vim.vm.ConfigSpec(
        name=name,
        guestId="debian12_64Guest",
        version="vmx-19",
        firmware="efi",
        files=vim.vm.FileInfo(vmPathName="[datastore01]"),
        numCPUs=2,
        memoryMB=512,
        extraConfig=[vim.option.OptionValue(key="color", value="blue")],
        deviceChange=[
            Device.VirtualDeviceSpec(operation="add", device=controller),
            Device.VirtualDeviceSpec(operation="add", fileOperation="create", device=disk),
            Device.VirtualDeviceSpec(operation="add", device=card),
        ],
    )


vm = wait_for(folder.CreateVM_Task(spec_for("made"), pool))
card = next(device for device in vm.config.hardware.device if isinstance(device, Device.VirtualVmxnet3))
tell(
    step="created",
    name=vm.name,
    path=vm.config.files.vmPathName,
    firmware=vm.config.firmware,
    keys=[disk.key for disk in disks_of(vm.config)],
    file=disks_of(vm.config)[0].backing.fileName,
    mac=card.macAddress[:8],
    network=card.backing.network.name,
    extra={option.key: option.value for option in vm.config.extraConfig}.get("color"),
)
tell(step="twice", fault=fault_of(lambda: wait_for(folder.CreateVM_Task(spec_for("made"), pool))))

extra = Device.VirtualDisk(
    key=-1,
    controllerKey=1000,
    capacityInKB=1024,
    backing=Device.VirtualDisk.FlatVer2BackingInfo(fileName="", diskMode="persistent", thinProvisioned=True),
)
add = Device.VirtualDeviceSpec(operation="add", fileOperation="create", device=extra)
wait_for(vm.ReconfigVM_Task(vim.vm.ConfigSpec(deviceChange=[add], memoryMB=1024, name="renamed")))
second = disks_of(vm.config)[1]
tell(step="added", name=vm.name, memory=vm.config.hardware.memoryMB, unit=second.unitNumber, file=second.backing.fileName)
remove = Device.VirtualDeviceSpec(operation="remove", device=second)
wait_for(vm.ReconfigVM_Task(vim.vm.ConfigSpec(deviceChange=[remove])))
browser = datacenter.datastore[0].browser
query = vim.host.DatastoreBrowser.SearchSpec(details=vim.host.DatastoreBrowser.FileInfo.Details(fileType=True, fileSize=True, modification=True, fileOwner=False))
found = wait_for(browser.SearchDatastore_Task("[datastore01] made", query))
tell(step="removed", disks=len(disks_of(vm.config)), files={file.path: type(file).__name__ for file in found.file})
attach = Device.VirtualDeviceSpec(operation="add", device=Device.VirtualDisk(key=-1, controllerKey=1000, backing=second.backing, capacityInKB=0))
wait_for(vm.ReconfigVM_Task(vim.vm.ConfigSpec(deviceChange=[attach])))
tell(step="attached", capacities=[disk.capacityInKB for disk in disks_of(vm.config)])
destroy = Device.VirtualDeviceSpec(operation="remove", fileOperation="destroy", device=disks_of(vm.config)[1])
wait_for(vm.ReconfigVM_Task(vim.vm.ConfigSpec(deviceChange=[destroy])))
tell(step="destroyed disk", fault=fault_of(lambda: wait_for(vm.ReconfigVM_Task(vim.vm.ConfigSpec(deviceChange=[attach])))))

path = vm.config.files.vmPathName
vm.UnregisterVM()
tell(step="unregistered", gone=fault_of(lambda: vm.name))
vm = wait_for(folder.RegisterVM_Task(path=path, name="back", asTemplate=False, pool=pool))
tell(step="registered", name=vm.name, memory=vm.config.hardware.memoryMB, disks=len(disks_of(vm.config)))
wait_for(vm.PowerOnVM_Task())
tell(step="running", state=vm.runtime.powerState, destroy=fault_of(lambda: wait_for(vm.Destroy_Task())))
wait_for(vm.PowerOffVM_Task())
wait_for(vm.Destroy_Task())
tell(step="destroyed", names=sorted(one.name for one in all_of(content, vim.VirtualMachine)))


def lease_for(name):
    lease = pool.ImportVApp(vim.vm.VmImportSpec(configSpec=spec_for(name)), folder)
    while lease.state == vim.HttpNfcLease.State.initializing:
        pass
    return lease


lease = lease_for("imported")
device = lease.info.deviceUrl[0]
tell(step="lease", state=lease.state, timeout=lease.info.leaseTimeout, importKey=device.importKey, hostIsStar=device.url.startswith("https://*/"), kb=lease.info.totalDiskCapacityInKB)
stream = ask(step="stream")["file"]
url = device.url.replace("*", f"{options['host']}:{options['port']}")
with open(stream, "rb") as body:
    request = urllib.request.Request(url, data=body.read(), method="POST")
request.add_header("Content-Type", "application/x-vnd.vmware-streamVmdk")
request.add_header("Cookie", service._stub.cookie)
reply = urllib.request.urlopen(request, context=ssl.create_default_context(cafile=options["caFile"]))
lease.HttpNfcLeaseProgress(100)
manifest = lease.HttpNfcLeaseGetManifest()
lease.HttpNfcLeaseComplete()
tell(step="imported", status=reply.status, size=manifest[0].size, state=lease.state, found=vm_named(content, "imported").name)

dropped = lease_for("dropped")
dropped.HttpNfcLeaseAbort()
tell(step="aborted", state=dropped.state, names=sorted(one.name for one in all_of(content, vim.VirtualMachine)))

manager = content.fileManager
manager.MakeDirectory("[datastore01] a/b", datacenter, True)
created = wait_for(content.virtualDiskManager.CreateVirtualDisk_Task("[datastore01] a/b/x.vmdk", datacenter, vim.VirtualDiskManager.FileBackedVirtualDiskSpec(diskType="thin", adapterType="lsiLogic", capacityKb=1024)))
uuid = content.virtualDiskManager.QueryVirtualDiskUuid("[datastore01] a/b/x.vmdk", datacenter)
wait_for(content.virtualDiskManager.DeleteVirtualDisk_Task("[datastore01] a/b/x.vmdk", datacenter))
wait_for(manager.DeleteDatastoreFile_Task("[datastore01] a", datacenter))
tell(step="files", created=created, uuid=len(uuid), again=fault_of(lambda: wait_for(manager.DeleteDatastoreFile_Task("[datastore01] a", datacenter))))
Disconnect(service)
