<?php

declare(strict_types=1);

/** For "deliver" to throw when the provider answers HTTP 401 or SMTP 535. */
final class Refused extends RuntimeException {}

/** A secret of Postern's, for one request or worker. It needs PHP's own curl only. */
final class Postern
{
    private array $secret = ['version' => ''];

    public function __construct(
        private string $name,
        private string $socket = '/run/postern/postern.sock',
    ) {}

    /** Delivers with the secret as it is now, and once more if that is refused. */
    public function send(callable $deliver, array $message): void
    {
        try {
            $deliver($this->current(), $message);
        } catch (Refused) {
            $this->call('POST', '/rejected');
            $deliver($this->current('?wait=10s'), $message);
        }
    }

    /** The secret as it is now: a local 304 for as long as it is the same. */
    public function current(string $wait = ''): array
    {
        [$status, $body] = $this->call('GET', $wait);
        if ($status === 200 && $body !== false) {
            $this->secret = json_decode($body, true, flags: JSON_THROW_ON_ERROR);
            // No send uses the one before any more, so it may be revoked.
            $this->call('PUT', '/ack');
        }
        if ($this->secret['version'] === '') {
            throw new RuntimeException("postern answers $status");
        }
        return $this->secret; // An agent that is away for a moment is no reason not to send.
    }

    private function call(string $method, string $action): array
    {
        $version = $this->secret['version'];
        $curl = curl_init("http://postern/v1/secrets/$this->name$action");
        curl_setopt_array($curl, [
            CURLOPT_UNIX_SOCKET_PATH => $this->socket,
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => ["If-None-Match: \"$version\""],
            CURLOPT_POSTFIELDS => $method === 'GET' ? null : json_encode(['version' => $version]),
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 15,
        ]);
        $body = curl_exec($curl);
        return [curl_getinfo($curl, CURLINFO_RESPONSE_CODE), $body];
    }
}
