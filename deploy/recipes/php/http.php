<?php

declare(strict_types=1);

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
