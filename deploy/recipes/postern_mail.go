// Postern_mail sends mail with a secret of Postern's. Copy all but main.
// It uses nothing but the standard library.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// errRefused says that the provider does not take the secret: HTTP 401.
var errRefused = errors.New("the provider refuses the key")

type secret struct {
	Version    string
	Attributes map[string]string
	Fields     map[string]string
	etag       string
	uses       sync.WaitGroup
}

// postern is for any number of goroutines.
type postern struct {
	name  string
	local http.Client
	lock  sync.Mutex
	held  *secret
}

func newPostern(name, path string) *postern {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}
	transport := &http.Transport{DialContext: dial}
	return &postern{name: name, local: http.Client{Transport: transport, Timeout: 15 * time.Second}}
}

func (p *postern) send(deliver func(*secret) error) error {
	used, err := p.take("", nil)
	if err != nil {
		return err
	}
	err = deliver(used)
	used.uses.Done()
	if !errors.Is(err, errRefused) {
		return err
	}
	fresh, err := p.take("", nil)
	if err == nil && fresh.Version == used.Version {
		fresh.uses.Done()
		p.tell(http.MethodPost, "/rejected", used)
		fresh, err = p.take("?wait=10s", used)
	}
	if err != nil {
		return err
	}
	defer fresh.uses.Done()
	return deliver(fresh)
}

// take gives the secret as it is now, for one use: a local 304 as long as it is the same.
func (p *postern) take(wait string, known *secret) (*secret, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if known == nil {
		known = p.held
	}
	fresh, err := p.fetch(wait, known)
	if err == nil && fresh != nil && (p.held == nil || fresh.Version != p.held.Version) {
		go p.acknowledge(fresh, p.held)
		p.held = fresh
	}
	if p.held == nil {
		return nil, err
	}
	p.held.uses.Add(1)
	return p.held, nil // An agent that is away for a moment is no reason not to send.
}

func (p *postern) fetch(wait string, known *secret) (*secret, error) {
	etag := ""
	if known != nil {
		etag = known.etag
	}
	answer, err := p.call(http.MethodGet, wait, etag, "")
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusOK:
		fresh := &secret{etag: answer.Header.Get("ETag")}
		return fresh, json.NewDecoder(answer.Body).Decode(fresh)
	case http.StatusNotModified:
		return nil, nil
	default:
		return nil, fmt.Errorf("postern answers %d for %s", answer.StatusCode, p.name)
	}
}

// acknowledge waits until no send uses the secret before: then it may be revoked.
func (p *postern) acknowledge(fresh, before *secret) {
	if before != nil {
		before.uses.Wait()
	}
	p.tell(http.MethodPut, "/ack", fresh)
}

func (p *postern) tell(method, action string, s *secret) {
	if answer, err := p.call(method, action, "", fmt.Sprintf(`{"version":%q}`, s.Version)); err == nil {
		answer.Body.Close()
	}
}

func (p *postern) call(method, action, etag, body string) (*http.Response, error) {
	target := "http://postern/v1/secrets/" + p.name + action
	request, err := http.NewRequest(method, target, bytes.NewBufferString(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("If-None-Match", etag)
	return p.local.Do(request)
}

var provider = http.Client{Timeout: 30 * time.Second}

func deliver(s *secret, message url.Values) error {
	target := s.Attributes["api_base"] + "/v3/" + s.Attributes["domain"] + "/messages"
	request, err := http.NewRequest(http.MethodPost, target, strings.NewReader(message.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth("api", s.Fields["api_key"])
	answer, err := provider.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	switch _, err := io.Copy(io.Discard, answer.Body); {
	case answer.StatusCode == http.StatusUnauthorized:
		return errRefused
	case answer.StatusCode != http.StatusOK:
		return fmt.Errorf("the provider answers %d", answer.StatusCode)
	default:
		return err
	}
}

// main sends each line of the standard input as a message, four at a time, and counts.
func main() {
	p := newPostern(os.Getenv("POSTERN_SECRET"), os.Getenv("POSTERN_SOCKET"))
	var sent, failed atomic.Int64
	sendOne := func(text string) error {
		message := url.Values{"from": {os.Getenv("MAIL_FROM")}, "to": {os.Getenv("MAIL_TO")},
			"subject": {text}, "text": {text}}
		return p.send(func(s *secret) error { return deliver(s, message) })
	}
	lines := make(chan string)
	var workers sync.WaitGroup
	for i := 0; i < 4; i++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for line := range lines {
				if err := sendOne(line); err != nil {
					failed.Add(1)
					fmt.Fprintln(os.Stderr, "not sent:", err)
				} else {
					sent.Add(1)
				}
			}
		}()
	}
	for input := bufio.NewScanner(os.Stdin); input.Scan(); {
		lines <- input.Text()
	}
	close(lines)
	workers.Wait()
	fmt.Printf("sent=%d failed=%d\n", sent.Load(), failed.Load())
	if failed.Load() > 0 {
		os.Exit(1)
	}
}
