"""Wrong passwords, ended sessions, missing privileges."""
from judging import Disconnect, ask, connect, fault_of, options, tell, vim, vm_named, wait_for

tell(step="wrong password", fault=fault_of(lambda: connect(password="wrong")))
service = connect()
content = service.RetrieveContent()
key = content.sessionManager.currentSession.key
tell(step="active", active=content.sessionManager.SessionIsActive(key, options["user"]))
ask(step="expire")
tell(step="expired", fault=fault_of(lambda: content.rootFolder.name), session=content.sessionManager.currentSession)
service = connect()
content = service.RetrieveContent()
tell(step="again", name=content.rootFolder.name)
Disconnect(service)

service = connect(user="reader", password="reader")
content = service.RetrieveContent()
vm = vm_named(content, "web01")
try:
    wait_for(vm.CreateSnapshot_Task(name="no", memory=False, quiesce=False))
    tell(step="allowed")
except vim.fault.NoPermission as fault:
    tell(step="refused", privilege=fault.privilegeId, on=fault.object._moId == vm._moId)
events = content.eventManager.QueryEvents(vim.event.EventFilterSpec(type=[vim.event.BadUsernameSessionEvent, vim.event.UserLoginSessionEvent]))
tell(step="events", kinds=[type(event).__name__.split(".")[-1] for event in events], users=[event.userName for event in events])
Disconnect(service)
