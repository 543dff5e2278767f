// Package postern has a secret of Postern's, for any number of goroutines.
// It needs the standard library only.
package postern

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// ErrRefused is for "deliver" to return when the provider answers HTTP 401 or SMTP 535.
var ErrRefused = errors.New("the provider refuses the secret")

// Secret is one version of a secret.
type Secret struct {
	Version            string
	Attributes, Fields map[string]string
	uses               sync.WaitGroup
}

// Client holds the secret as it is now.
type Client struct {
	url  string
	http http.Client
	lock sync.Mutex
	held *Secret
}

// New makes a client for the secret of this name, which is at /run/postern/postern.sock or so.
func New(name, path string) *Client {
	dial := func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", path)
	}
	local := http.Client{Transport: &http.Transport{DialContext: dial}, Timeout: 15 * time.Second}
	return &Client{url: "http://postern/v1/secrets/" + name, http: local, held: new(Secret)}
}

// Send delivers with the secret as it is now, and once more if that is refused.
func (c *Client) Send(deliver func(*Secret) error) error {
	used, err := c.use(deliver, nil)
	if errors.Is(err, ErrRefused) {
		c.call(http.MethodPost, "/rejected", used)
		_, err = c.use(deliver, used)
	}
	return err
}

func (c *Client) use(deliver func(*Secret) error, refused *Secret) (*Secret, error) {
	secret, err := c.take(refused)
	if err == nil {
		defer secret.uses.Done()
		err = deliver(secret)
	}
	return secret, err
}

// take gives the secret as it is now, for one use: a local 304 for as long as it is the same.
func (c *Client) take(refused *Secret) (*Secret, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	wait := ""
	if c.held == refused {
		wait = "?wait=10s"
	}
	fresh, err := c.call(http.MethodGet, wait, c.held)
	if err == nil {
		go c.acknowledge(fresh, c.held)
		c.held = fresh
	} else if c.held.Version == "" {
		return nil, err
	}
	c.held.uses.Add(1)
	return c.held, nil // An agent that is away for a moment is no reason not to send.
}

// acknowledge waits until no send uses the secret before: then that one may be revoked.
func (c *Client) acknowledge(fresh, before *Secret) {
	before.uses.Wait()
	c.call(http.MethodPut, "/ack", fresh)
}

// call returns the secret of an answer that has a new one, and an error for any other answer.
func (c *Client) call(method, action string, known *Secret) (*Secret, error) {
	body := ""
	if method != http.MethodGet {
		body = fmt.Sprintf(`{"version":%q}`, known.Version)
	}
	request, err := http.NewRequest(method, c.url+action, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("If-None-Match", fmt.Sprintf("%q", known.Version))
	answer, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("postern answers %s", answer.Status)
	}
	fresh := new(Secret)
	return fresh, json.NewDecoder(answer.Body).Decode(fresh)
}
