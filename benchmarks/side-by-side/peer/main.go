// Command peer is both ends of the side-by-side comparison: the MCP server behind the gateways, and
// the clients whose streams and bodies wrk does not know. Standard library only.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("usage: peer backend|keys|streams|stall|drip|download|upload [options]"))
	}
	options := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	var (
		listen   = options.String("listen", "127.0.0.1:0", "backend: where MCP is served")
		control  = options.String("control", "127.0.0.1:0", "backend: where its state is told, and /jwks.json")
		dir      = options.String("dir", ".", "keys: where they are written; backend: where they are served from")
		url      = options.String("url", "", "the MCP endpoint")
		token    = options.String("token", "", "the bearer token")
		session  = options.String("session", "", "the MCP session, where there is one")
		streams  = options.Int("streams", 1, "how many streams or connections")
		duration = options.Duration("for", time.Second, "how long to measure")
		interval = options.Duration("interval", time.Second, "the backend's time between two events")
		bytes    = options.Int64("bytes", 10<<20, "the size of a body")
		times    = options.Int("times", 1, "how often, over one connection")
	)
	if err := options.Parse(os.Args[2:]); err != nil {
		fail(err)
	}
	target := target{url: *url, token: *token, session: *session}
	var result interface{}
	var err error
	switch os.Args[1] {
	case "backend":
		err = serve(*listen, *control, *dir)
	case "keys":
		err = writeKeys(*dir)
	case "streams":
		result, err = listenTo(target, *streams, *duration, *interval)
	case "stall":
		result, err = stall(target, *bytes)
	case "drip":
		result, err = drip(target)
	case "download":
		result, err = download(target, *bytes, *times)
	case "upload":
		result, err = upload(target, *bytes, *times)
	default:
		err = fmt.Errorf("no command %q", os.Args[1])
	}
	if err != nil {
		fail(err)
	}
	tell(result)
	// What is open stays so until it has been looked at: standard input ends then.
	if os.Args[1] == "streams" || os.Args[1] == "stall" {
		untilToldToLeave()
	}
}

func tell(result interface{}) {
	if result == nil {
		return
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		fail(err)
	}
}

func untilToldToLeave() {
	buffer := make([]byte, 1)
	for {
		if _, err := os.Stdin.Read(buffer); err != nil {
			return
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "peer:", err)
	os.Exit(1)
}
