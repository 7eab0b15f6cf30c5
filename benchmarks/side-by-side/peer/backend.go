package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

const (
	dripped     = 200 << 10
	dripSteps   = 10
	dripTime    = time.Second
	session     = "9f1c6f0e-side-by-side"
	peeked      = 1 << 10
	pieceLength = 64 << 10
)

var filler = bytes.Repeat([]byte("The quick brown fox jumps over the lazy dog. 0123456789 abcdefgh "), pieceLength/64)[:pieceLength]

// The MCP server, as fast as it can be: it looks no further into messages than it has to.
type backend struct {
	interval int64 // nanoseconds
	open     int64
	opened   int64
	gone     int64
	written  int64
	sent     int64
	keys     string
}

// State is what the backend tells about itself.
type State struct {
	Open    int64 `json:"open"`    // listening streams that are open
	Opened  int64 `json:"opened"`  // since the beginning
	Gone    int64 `json:"gone"`    // ended because the other side left
	Written int64 `json:"written"` // bytes of the big answers that the socket took, since the last reset
	Events  int64 `json:"events"`  // events that the sockets took
}

func serve(listen, control, dir string) error {
	b := &backend{interval: int64(time.Second), keys: filepath.Join(dir, "jwks.json")}
	mcp, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	told, err := net.Listen("tcp", control)
	if err != nil {
		return err
	}
	tell(map[string]string{"mcp": mcp.Addr().String(), "control": told.Addr().String()})
	failed := make(chan error, 2)
	go func() { failed <- http.Serve(mcp, http.HandlerFunc(b.mcp)) }()
	go func() { failed <- http.Serve(told, http.HandlerFunc(b.control)) }()
	return <-failed
}

func (b *backend) control(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/jwks.json" {
		w.Header().Set("Content-Type", "application/json")
		http.ServeFile(w, r, b.keys)
		return
	}
	if text := r.URL.Query().Get("interval"); text != "" {
		interval, err := time.ParseDuration(text)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		atomic.StoreInt64(&b.interval, int64(interval))
	}
	if r.URL.Query().Has("reset") {
		atomic.StoreInt64(&b.gone, 0)
		atomic.StoreInt64(&b.written, 0)
		atomic.StoreInt64(&b.sent, 0)
	}
	w.Header().Set("Content-Type", "application/json")
	state := State{
		Open: atomic.LoadInt64(&b.open), Opened: atomic.LoadInt64(&b.opened), Gone: atomic.LoadInt64(&b.gone),
		Written: atomic.LoadInt64(&b.written), Events: atomic.LoadInt64(&b.sent),
	}
	_ = json.NewEncoder(w).Encode(state)
}

func (b *backend) mcp(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		b.stream(w, r)
	case http.MethodPost:
		b.message(w, r)
	default:
		w.WriteHeader(http.StatusOK)
	}
}

func (b *backend) message(w http.ResponseWriter, r *http.Request) {
	var buffer [peeked]byte
	n, err := io.ReadFull(r.Body, buffer[:])
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return
	}
	head := buffer[:n]
	rest, err := io.Copy(io.Discard, r.Body)
	if err != nil {
		return
	}
	id := field(head, "id")
	switch method := field(head, "method"); {
	case method == `"initialize"`:
		w.Header().Set("Mcp-Session-Id", session)
		answer(w, id, `{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"peer","version":"1"}}`)
		return
	case method == `"tools/list"`:
		answer(w, id, `{"tools":[{"name":"echo","description":"Says it again.","inputSchema":{"type":"object"}}]}`)
		return
	case id == "":
		w.WriteHeader(http.StatusAccepted)
		return
	}
	switch tool := strings.Trim(field(head, "name"), `"`); tool {
	case "sse":
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}\n\n", id, small)
	case "drip":
		b.drip(w, id)
	case "swallow":
		answer(w, id, text(fmt.Sprintf("%d bytes", int64(n)+rest)))
	case "big":
		size, err := strconv.ParseInt(field(head, "bytes"), 10, 64)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		b.big(w, id, size)
	default:
		answer(w, id, small)
	}
}

var small = text("It is what it was said to be, and it was said three times: " + strings.Repeat("the answer of a small tool. ", 6))

func text(content string) string {
	return `{"content":[{"type":"text","text":"` + content + `"}],"isError":false}`
}

func answer(w http.ResponseWriter, id, result string) {
	body := make([]byte, 0, len(result)+64)
	body = append(body, `{"jsonrpc":"2.0","id":`...)
	body = append(body, id...)
	body = append(body, `,"result":`...)
	body = append(body, result...)
	body = append(body, '}')
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

// A JSON answer in pieces, over a second: nobody on the way should wait for its end.
func (b *backend) drip(w http.ResponseWriter, id string) {
	w.Header().Set("Content-Type", "application/json")
	flusher := w.(http.Flusher)
	_, _ = io.WriteString(w, `{"jsonrpc":"2.0","id":`+id+`,"result":{"content":[{"type":"text","text":"`)
	for step := 0; step < dripSteps; step++ {
		if _, err := w.Write(filler[:dripped/dripSteps]); err != nil {
			return
		}
		flusher.Flush()
		time.Sleep(dripTime / dripSteps)
	}
	_, _ = io.WriteString(w, `"}]}}`)
}

func (b *backend) big(w http.ResponseWriter, id string, size int64) {
	before := `{"jsonrpc":"2.0","id":` + id + `,"result":{"content":[{"type":"text","text":"`
	after := `"}]}}`
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.FormatInt(size+int64(len(before)+len(after)), 10))
	_, _ = io.WriteString(w, before)
	for left := size; left > 0; {
		piece := filler
		if left < int64(len(piece)) {
			piece = piece[:left]
		}
		n, err := w.Write(piece)
		atomic.AddInt64(&b.written, int64(n))
		if err != nil {
			return
		}
		left -= int64(n)
	}
	_, _ = io.WriteString(w, after)
}

// A listening stream: its head at once, then an event in each interval with its number and time.
func (b *backend) stream(w http.ResponseWriter, r *http.Request) {
	number := atomic.AddInt64(&b.opened, 1)
	atomic.AddInt64(&b.open, 1)
	defer atomic.AddInt64(&b.open, -1)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	flusher := w.(http.Flusher)
	flusher.Flush()
	interval := time.Duration(atomic.LoadInt64(&b.interval))
	// Spread over the interval: all at once would measure the queue, not the way. The first comes
	// within a second even so: there are gateways that hold the head back until then.
	spread := interval
	if spread > time.Second {
		spread = time.Second
	}
	timer := time.NewTimer(time.Duration(number%997) * spread / 997)
	defer timer.Stop()
	for event := 0; ; event++ {
		select {
		case <-r.Context().Done():
			atomic.AddInt64(&b.gone, 1)
			return
		case <-timer.C:
		}
		_, err := fmt.Fprintf(w, "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\","+
			"\"params\":{\"level\":\"info\",\"data\":{\"event\":%d,\"at\":%d}}}\n\n", event, time.Now().UnixNano())
		if err != nil {
			atomic.AddInt64(&b.gone, 1)
			return
		}
		flusher.Flush()
		atomic.AddInt64(&b.sent, 1)
		timer.Reset(interval)
	}
}

// The first member of that name, as it is written; good enough for what the clients here send.
func field(message []byte, name string) string {
	at := bytes.Index(message, []byte(`"`+name+`":`))
	if at < 0 {
		return ""
	}
	value := bytes.TrimLeft(message[at+len(name)+3:], " ")
	end := bytes.IndexAny(value, ",}")
	if end < 0 {
		return string(value)
	}
	return string(bytes.TrimRight(value[:end], " "))
}
