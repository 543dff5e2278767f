<?php

declare(strict_types=1);

// Sends mail with a secret of Postern's. Copy Refused, Postern and deliver. Nothing but PHP's own curl is used.

/** The provider does not take the secret: HTTP 401. */
final class Refused extends RuntimeException
{
}

final class Postern
{
    private string $etag = '';
    private ?array $secret = null;

    public function __construct(private string $name, private string $socket = '/run/postern/postern.sock')
    {
    }

    /** The secret as it is now: a local 304 as long as it is the same. */
    public function current(string $wait = ''): array
    {
        [$status, $etag, $body] = $this->call('GET', $wait);
        if ($status === 200 && $body !== false) {
            [$this->secret, $this->etag] = [json_decode($body, true, flags: JSON_THROW_ON_ERROR), $etag];
            // No send with the one before is under way: it may be revoked now.
            $this->call('PUT', '/ack', ['version' => $this->secret['version']]);
        }
        // An agent that is away for a moment is no reason not to send.
        return $this->secret ?? throw new RuntimeException("postern answers $status for $this->name");
    }

    public function send(callable $deliver, array $message): void
    {
        $used = $this->current();
        try {
            $deliver($used, $message);
        } catch (Refused) {
            if ($this->current()['version'] === $used['version']) {
                $this->call('POST', '/rejected', ['version' => $used['version']]);
                $this->current('?wait=10s');
            }
            $deliver($this->secret, $message);
        }
    }

    /** The status, 0 when the agent does not answer; the ETag; the body. */
    private function call(string $method, string $action, ?array $version = null): array
    {
        $etag = '';
        $curl = curl_init("http://postern/v1/secrets/$this->name$action");
        curl_setopt_array($curl, [
            CURLOPT_UNIX_SOCKET_PATH => $this->socket,
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => ["If-None-Match: $this->etag"],
            CURLOPT_POSTFIELDS => $version ? json_encode($version) : null,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 15,
            CURLOPT_HEADERFUNCTION => function ($curl, string $line) use (&$etag): int {
                if (stripos($line, 'etag:') === 0) {
                    $etag = trim(substr($line, 5));
                }
                return strlen($line);
            },
        ]);
        $body = curl_exec($curl);
        return [curl_getinfo($curl, CURLINFO_RESPONSE_CODE), $etag, $body];
    }
}

function deliver(array $secret, array $message): void
{
    ['api_base' => $base, 'domain' => $domain] = $secret['attributes'];
    $curl = curl_init("$base/v3/$domain/messages");
    curl_setopt_array($curl, [
        CURLOPT_USERPWD => 'api:' . $secret['fields']['api_key'],
        CURLOPT_POSTFIELDS => http_build_query($message),
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 30,
    ]);
    curl_exec($curl);
    $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    match ($status) {
        200 => null,
        401 => throw new Refused('the provider refuses the key'),
        default => throw new RuntimeException("the provider answers $status: " . curl_error($curl)),
    };
}

/** Sends each line of the standard input as a message, and counts. */
function main(): int
{
    $postern = new Postern(getenv('POSTERN_SECRET'), getenv('POSTERN_SOCKET'));
    $sent = $failed = 0;
    while (($line = fgets(STDIN)) !== false) {
        $message = ['from' => getenv('MAIL_FROM'), 'to' => getenv('MAIL_TO')];
        try {
            $postern->send(deliver(...), $message + ['subject' => trim($line), 'text' => $line]);
            $sent++;
        } catch (Exception $error) {
            $failed++;
            fwrite(STDERR, "not sent: {$error->getMessage()}\n");
        }
    }
    echo "sent=$sent failed=$failed\n";
    return $failed > 0 ? 1 : 0;
}

if (realpath($_SERVER['SCRIPT_FILENAME']) === __FILE__) {
    exit(main());
}
