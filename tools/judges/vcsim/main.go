// A vCenter simulator that is not ours, to judge our client: govmomi's, as a program of its own,
// because its own command can't be installed by version.
//
// It prints the address to connect to as the first line, and ends when its standard input does.
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"log"
	"net/url"
	"os"

	"github.com/vmware/govmomi/simulator"
	_ "github.com/vmware/govmomi/vapi/simulator"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address and port to listen on")
	username := flag.String("username", "user", "the one user it lets in")
	password := flag.String("password", "pass", "and the password")
	machines := flag.Int("vm", 2, "virtual machines per resource pool")
	datastores := flag.Int("ds", 1, "local datastores")
	folders := flag.Int("folder", 0, "folders to put datacenters and all else in")
	host := flag.Bool("esx", false, "be an ESXi host instead of a vCenter")
	flag.Parse()

	model := simulator.VPX()
	if *host {
		model = simulator.ESX()
	}
	model.Machine = *machines
	model.Datastore = *datastores
	model.Folder = *folders
	defer model.Remove()
	if err := model.Create(); err != nil {
		log.Fatal(err)
	}
	model.Service.RegisterEndpoints = true
	model.Service.TLS = new(tls.Config)
	model.Service.Listen = &url.URL{Host: *listen, User: url.UserPassword(*username, *password)}
	server := model.Service.NewServer()
	defer server.Close()
	fmt.Println(server.URL.Scheme + "://" + server.URL.Host)
	_, _ = io.Copy(io.Discard, os.Stdin)
}
