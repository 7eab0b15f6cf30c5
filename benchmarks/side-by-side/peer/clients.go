package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	dialers    = 256
	patience   = 20 * time.Second
	streamRead = 2 << 10
)

// Where the clients go, and as whom.
type target struct {
	url     string
	token   string
	session string
}

// A connection of its own, so that nothing is pooled, retried or decoded behind our back.
type connection struct {
	net.Conn
	reader *bufio.Reader
	host   string
	path   string
	target target
}

func (t target) connect(buffer int) (*connection, error) {
	to, err := url.Parse(t.url)
	if err != nil {
		return nil, err
	}
	conn, err := net.DialTimeout("tcp", to.Host, patience)
	if err != nil {
		return nil, err
	}
	return &connection{conn, bufio.NewReaderSize(conn, buffer), to.Host, to.Path, t}, nil
}

func (c *connection) head(method string, length int64) string {
	var head strings.Builder
	fmt.Fprintf(&head, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, c.path, c.host)
	if c.target.token != "" {
		fmt.Fprintf(&head, "Authorization: Bearer %s\r\n", c.target.token)
	}
	if c.target.session != "" {
		fmt.Fprintf(&head, "Mcp-Session-Id: %s\r\n", c.target.session)
	}
	head.WriteString("MCP-Protocol-Version: 2025-06-18\r\n")
	if method == http.MethodPost {
		head.WriteString("Accept: application/json, text/event-stream\r\nContent-Type: application/json\r\n")
		fmt.Fprintf(&head, "Content-Length: %d\r\n", length)
	} else {
		head.WriteString("Accept: text/event-stream\r\n")
	}
	head.WriteString("\r\n")
	return head.String()
}

func (c *connection) answered() (*http.Response, error) {
	response, err := http.ReadResponse(c.reader, &http.Request{Method: http.MethodPost})
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(response.Body, 300))
		return nil, fmt.Errorf("%s: %s", response.Status, said)
	}
	return response, nil
}

func (c *connection) call(tool, arguments string) (*http.Response, error) {
	body := `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"` + tool + `","arguments":` + arguments + `}}`
	if _, err := io.WriteString(c, c.head(http.MethodPost, int64(len(body)))+body); err != nil {
		return nil, err
	}
	return c.answered()
}

// Heard is what came over many streams.
type Heard struct {
	Streams   int       `json:"streams"`
	Failed    int       `json:"failed"` // could not be opened
	Problem   string    `json:"problem,omitempty"`
	Broken    int       `json:"broken"` // ended while they were listened to
	Events    int       `json:"events"`
	Expected  int       `json:"expected"`
	Lost      int       `json:"lost"`      // numbers that were left out
	Reordered int       `json:"reordered"` // numbers that came late or twice
	Head      []float64 `json:"head_ms"`   // p50, p99 of the answer's head, after the request
	Delay     []float64 `json:"delay_ms"`  // p50, p99, worst of the events, after they were sent
	Seconds   float64   `json:"seconds"`
}

type listener struct {
	head      time.Duration
	delays    []time.Duration
	lost      int
	reordered int
	broken    bool
}

// Opens streams and, once all are open, looks at what comes for a while. They stay open.
func listenTo(to target, count int, duration, interval time.Duration) (Heard, error) {
	heard := Heard{Streams: count}
	var (
		guard      sync.Mutex
		opened     sync.WaitGroup
		listened   sync.WaitGroup
		begin      = make(chan struct{})
		began, end time.Time
		listeners  []*listener
		places     = make(chan struct{}, dialers)
	)
	for n := 0; n < count; n++ {
		opened.Add(1)
		places <- struct{}{}
		go func() {
			l := &listener{}
			asked := time.Now()
			c, response, err := to.listen()
			l.head = time.Since(asked)
			<-places
			guard.Lock()
			if err != nil {
				heard.Failed++
				heard.Problem = err.Error()
			} else {
				listeners = append(listeners, l)
				listened.Add(1)
			}
			guard.Unlock()
			opened.Done()
			if err != nil {
				return
			}
			l.follow(c, response, begin, &began, &end)
			listened.Done()
		}()
	}
	opened.Wait()
	began = time.Now()
	end = began.Add(duration)
	close(begin)
	listened.Wait()
	heard.Seconds = duration.Seconds()
	var heads, delays []time.Duration
	for _, l := range listeners {
		heads = append(heads, l.head)
		delays = append(delays, l.delays...)
		heard.Events += len(l.delays)
		heard.Lost += l.lost
		heard.Reordered += l.reordered
		if l.broken {
			heard.Broken++
		}
	}
	heard.Expected = int(float64(len(listeners)) * duration.Seconds() / interval.Seconds())
	heard.Head = quantiles(heads, 0.5, 0.99)
	heard.Delay = quantiles(delays, 0.5, 0.99, 1)
	return heard, nil
}

func (t target) listen() (*connection, *http.Response, error) {
	c, err := t.connect(streamRead)
	if err != nil {
		return nil, nil, err
	}
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, nil, err
	}
	if _, err := io.WriteString(c, c.head(http.MethodGet, 0)); err != nil {
		return nil, nil, err
	}
	response, err := c.answered()
	return c, response, err
}

func (l *listener) follow(c *connection, response *http.Response, begin chan struct{}, began, end *time.Time) {
	_ = c.SetDeadline(time.Time{})
	lines := bufio.NewReaderSize(response.Body, streamRead)
	go func() {
		<-begin
		_ = c.SetReadDeadline(*end)
	}()
	last := -1
	for {
		line, err := lines.ReadSlice('\n')
		if err != nil {
			timeout, is := err.(net.Error)
			l.broken = !(is && timeout.Timeout())
			return
		}
		now := time.Now()
		event, at, is := read(line)
		if !is {
			continue
		}
		select {
		case <-begin:
		default:
			last = event
			continue
		}
		switch {
		case last >= 0 && event <= last:
			l.reordered++
			continue
		case last >= 0 && event > last+1:
			l.lost += event - last - 1
		}
		last = event
		if at.After(*began) {
			l.delays = append(l.delays, now.Sub(at))
		}
	}
}

func read(line []byte) (int, time.Time, bool) {
	if !bytes.HasPrefix(line, []byte("data:")) {
		return 0, time.Time{}, false
	}
	event, err := strconv.Atoi(field(line, "event"))
	if err != nil {
		return 0, time.Time{}, false
	}
	at, err := strconv.ParseInt(field(line, "at"), 10, 64)
	return event, time.Unix(0, at), err == nil
}

func quantiles(of []time.Duration, fractions ...float64) []float64 {
	sort.Slice(of, func(i, j int) bool { return of[i] < of[j] })
	var values []float64
	for _, fraction := range fractions {
		if len(of) == 0 {
			return nil
		}
		at := int(fraction * float64(len(of)))
		if at >= len(of) {
			at = len(of) - 1
		}
		values = append(values, float64(of[at].Nanoseconds())/1e6)
	}
	return values
}

// Asks for a big answer and takes nothing of it but its head; the connection stays open.
func stall(to target, bytes int64) (interface{}, error) {
	c, err := to.connect(streamRead)
	if err != nil {
		return nil, err
	}
	if _, err := c.call("big", fmt.Sprintf(`{"bytes":%d}`, bytes)); err != nil {
		return nil, err
	}
	stalled = c
	return map[string]int{"read": c.reader.Buffered()}, nil
}

// Held, so that it is not closed as garbage.
var stalled *connection

// Drip is when a dripped answer came.
type Drip struct {
	First float64 `json:"first_ms"` // the first byte of the body
	Last  float64 `json:"last_ms"`
	Bytes int64   `json:"bytes"`
}

func drip(to target) (Drip, error) {
	c, err := to.connect(pieceLength)
	if err != nil {
		return Drip{}, err
	}
	defer c.Close()
	asked := time.Now()
	response, err := c.call("drip", "{}")
	if err != nil {
		return Drip{}, err
	}
	var first [1]byte
	if _, err := io.ReadFull(response.Body, first[:]); err != nil {
		return Drip{}, err
	}
	came := milliseconds(asked)
	rest, err := io.Copy(io.Discard, response.Body)
	return Drip{came, milliseconds(asked), rest + 1}, err
}

// Bodies is how fast bodies went, each time.
type Bodies struct {
	Rates []float64 `json:"mb_per_s"`
}

func download(to target, bytes int64, times int) (Bodies, error) {
	return bodies(to, times, func(c *connection) (int64, error) {
		response, err := c.call("big", fmt.Sprintf(`{"bytes":%d}`, bytes))
		if err != nil {
			return 0, err
		}
		n, err := io.Copy(io.Discard, response.Body)
		if err == nil && n < bytes {
			err = fmt.Errorf("%d bytes of %d", n, bytes)
		}
		return n, err
	})
}

func upload(to target, bytes int64, times int) (Bodies, error) {
	before := `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"swallow","arguments":{"data":"`
	after := `"}}}`
	length := bytes + int64(len(before)+len(after))
	return bodies(to, times, func(c *connection) (int64, error) {
		failed := make(chan error, 1)
		go func() {
			_, err := io.WriteString(c, c.head(http.MethodPost, length)+before)
			for left := bytes; left > 0 && err == nil; {
				piece := filler
				if left < int64(len(piece)) {
					piece = piece[:left]
				}
				var n int
				n, err = c.Write(piece)
				left -= int64(n)
			}
			if err == nil {
				_, err = io.WriteString(c, after)
			}
			failed <- err
		}()
		response, err := c.answered()
		if err != nil {
			return 0, err
		}
		said, err := io.ReadAll(response.Body)
		if err != nil {
			return 0, err
		}
		if err := <-failed; err != nil {
			return 0, err
		}
		if !strings.Contains(string(said), strconv.FormatInt(length, 10)+" bytes") {
			return 0, fmt.Errorf("the backend got something else: %s", said)
		}
		return length, nil
	})
}

func bodies(to target, times int, transfer func(*connection) (int64, error)) (Bodies, error) {
	var went Bodies
	c, err := to.connect(pieceLength)
	if err != nil {
		return went, err
	}
	defer c.Close()
	for n := 0; n < times; n++ {
		began := time.Now()
		bytes, err := transfer(c)
		if err != nil {
			return went, err
		}
		went.Rates = append(went.Rates, float64(bytes)/1e6/time.Since(began).Seconds())
	}
	return went, nil
}

func milliseconds(since time.Time) float64 {
	return float64(time.Since(since).Nanoseconds()) / 1e6
}
