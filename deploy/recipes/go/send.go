// Send sends each line of the standard input as a message, four at a time, and counts.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/smtp"
	"net/textproto"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"postern.example/send/postern"
)

type message struct{ from, to, subject, text string }

var provider = http.Client{Timeout: 30 * time.Second}

func deliver(s *postern.Secret, m message) error {
	if s.Fields["login"] != "" {
		return deliverBySMTP(s, m)
	}
	return deliverByHTTP(s, m)
}

func deliverByHTTP(s *postern.Secret, m message) error {
	form := url.Values{"from": {m.from}, "to": {m.to}, "subject": {m.subject}, "text": {m.text}}
	target := s.Attributes["api_base"] + "/v3/" + s.Attributes["domain"] + "/messages"
	request, err := http.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
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
		return postern.ErrRefused
	case answer.StatusCode != http.StatusOK:
		return fmt.Errorf("the provider answers %d", answer.StatusCode)
	default:
		return err
	}
}

func deliverBySMTP(s *postern.Secret, m message) error {
	host := s.Attributes["smtp_host"]
	login := smtp.PlainAuth("", s.Fields["login"], s.Fields["password"], host)
	text := fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: %s\r\n\r\n%s\r\n", m.from, m.to, m.subject, m.text)
	server := net.JoinHostPort(host, s.Attributes["smtp_port"])
	err := smtp.SendMail(server, login, m.from, []string{m.to}, []byte(text))
	var answer *textproto.Error
	if errors.As(err, &answer) && answer.Code == 535 {
		return postern.ErrRefused
	}
	return err
}

func main() {
	client := postern.New(os.Getenv("POSTERN_SECRET"), os.Getenv("POSTERN_SOCKET"))
	var sent, failed atomic.Int64
	sendOne := func(text string) {
		m := message{os.Getenv("MAIL_FROM"), os.Getenv("MAIL_TO"), text, text}
		err := client.Send(func(s *postern.Secret) error { return deliver(s, m) })
		if err != nil {
			failed.Add(1)
			fmt.Fprintln(os.Stderr, "not sent:", err)
		} else {
			sent.Add(1)
		}
	}
	lines := make(chan string)
	var workers sync.WaitGroup
	for i := 0; i < 4; i++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for line := range lines {
				sendOne(line)
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
