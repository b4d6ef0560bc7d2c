"""What the scripts of this folder share: the way in, and the talk with the test that started them.

A script is called with a JSON object as its only argument (host, port, user, password, caFile). It prints one
JSON object a line: what it saw. With `ask` it also waits for a line, so that the test can act in between.
"""
import json
import ssl
import sys
import time

from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim, vmodl

options = json.loads(sys.argv[1])


def connect(**changes):
    use = {**options, **changes}
    context = ssl.create_default_context(cafile=use["caFile"])
    return SmartConnect(host=use["host"], port=use["port"], user=use["user"], pwd=use["password"], sslContext=context)


def tell(**seen):
    print(json.dumps(seen), flush=True)


def ask(**seen):
    tell(**seen)
    return json.loads(sys.stdin.readline())


def wait_for(task):
    """Polls, as the simplest scripts do. Gives the result, or raises the task's fault."""
    while task.info.state not in (vim.TaskInfo.State.success, vim.TaskInfo.State.error):
        time.sleep(0.01)
    if task.info.state == vim.TaskInfo.State.error:
        raise task.info.error
    return task.info.result


def all_of(content, kind):
    view = content.viewManager.CreateContainerView(content.rootFolder, [kind], True)
    try:
        return list(view.view)
    finally:
        view.Destroy()


def vm_named(content, name):
    return next(vm for vm in all_of(content, vim.VirtualMachine) if vm.name == name)


def disks_of(config):
    return [device for device in config.hardware.device if isinstance(device, vim.vm.device.VirtualDisk)]


def fault_of(action):
    """The name of the fault an action raises, or None."""
    try:
        action()
    except vmodl.MethodFault as fault:
        return type(fault).__name__
    return None


__all__ = ["Disconnect", "all_of", "ask", "connect", "disks_of", "fault_of", "options", "tell", "vim", "vm_named", "vmodl", "wait_for"]
